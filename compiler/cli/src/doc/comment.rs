//! Doc comments: Markdown, of which nothing comes through that a schema should not say to a browser.

use pulldown_cmark::{
    BrokenLink, CowStr, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd,
};
use sinew_compiler::source::FileId;

use super::site::{Site, Target};

/// A doc comment.
pub(super) struct Comment {
    /// What it says, without markers.
    pub(super) text: String,
    /// Where it may stand.
    pub(super) files: Vec<FileId>,
    /// The namespace of what it is about.
    pub(super) namespace: String,
}

/// Where a comment is shown.
pub(super) struct Place<'a> {
    pub(super) site: &'a Site<'a>,
    /// How a target is written.
    pub(super) href: &'a dyn Fn(&Target) -> String,
    /// The level of the heading above it.
    pub(super) level: usize,
}

impl Comment {
    /// What it says: HTML as text, pictures as links to them, links to what is described or the web, and headings
    /// below that of what it is about.
    pub(super) fn events(&self, place: &Place<'_>) -> Vec<Event<'_>> {
        let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
        let find = |link: BrokenLink<'_>| {
            let target = place
                .site
                .linked(&link.reference, &self.files, &self.namespace)?;
            Some((CowStr::from((place.href)(target)), CowStr::from("")))
        };
        let parser = Parser::new_with_broken_link_callback(&self.text, options, Some(find));
        let mut open = Vec::new();
        parser
            .filter_map(|event| shown(event, &mut open, place.level))
            .collect()
    }

    /// The first paragraph.
    pub(super) fn summary(&self, place: &Place<'_>) -> Vec<Event<'_>> {
        let events = self.events(place).into_iter();
        let mut events = events.skip_while(|event| !matches!(event, Event::Start(Tag::Paragraph)));
        let inside = events.by_ref().skip(1);
        inside
            .take_while(|event| !matches!(event, Event::End(TagEnd::Paragraph)))
            .collect()
    }
}

/// What is shown of an event; `open` says for each link or picture around it whether it is shown as a link.
fn shown<'e>(event: Event<'e>, open: &mut Vec<bool>, level: usize) -> Option<Event<'e>> {
    Some(match event {
        Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
        Event::Start(Tag::HtmlBlock) => Event::Start(Tag::Paragraph),
        Event::End(TagEnd::HtmlBlock) => Event::End(TagEnd::Paragraph),
        Event::Start(Tag::Heading { level: own, .. }) => Event::Start(Tag::Heading {
            level: below(own, level),
            id: None,
            classes: Vec::new(),
            attrs: Vec::new(),
        }),
        Event::End(TagEnd::Heading(own)) => Event::End(TagEnd::Heading(below(own, level))),
        Event::Start(
            Tag::Link {
                link_type,
                dest_url,
                ..
            }
            | Tag::Image {
                link_type,
                dest_url,
                ..
            },
        ) => {
            // A link in a link would be none.
            let link = link(link_type, dest_url).filter(|_| !open.contains(&true));
            open.push(link.is_some());
            Event::Start(link?)
        }
        Event::End(TagEnd::Link | TagEnd::Image) => {
            open.pop().filter(|is_link| *is_link)?;
            Event::End(TagEnd::Link)
        }
        other => other,
    })
}

/// A link to something that is described, or out into the web; `javascript:` leads to neither.
fn link<'e>(kind: LinkType, url: CowStr<'e>) -> Option<Tag<'e>> {
    let is_ours = matches!(
        kind,
        LinkType::ReferenceUnknown | LinkType::CollapsedUnknown | LinkType::ShortcutUnknown
    );
    let dest_url = match kind {
        LinkType::Email => format!("mailto:{url}").into(),
        _ => url,
    };
    let scheme = dest_url.split_inclusive(':').next().unwrap_or_default();
    let is_web = ["http:", "https:", "mailto:"]
        .iter()
        .any(|it| it.eq_ignore_ascii_case(scheme));
    (is_ours || is_web).then(|| Tag::Link {
        link_type: LinkType::Inline,
        dest_url,
        title: CowStr::from(""),
        id: CowStr::from(""),
    })
}

fn below(own: HeadingLevel, level: usize) -> HeadingLevel {
    let level = (own as usize + level).min(6);
    HeadingLevel::try_from(level).unwrap_or(HeadingLevel::H6)
}
