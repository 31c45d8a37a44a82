//! Doc comments, written again so that they end where they end.

use pulldown_cmark::{CodeBlockKind, Event, Tag, TagEnd};

use super::text::{block, code, escape, in_cell};

/// A comment as paragraphs, lists and so on.
pub(super) fn blocks(events: Vec<Event<'_>>) -> String {
    let mut writer = Blocks::default();
    events.into_iter().for_each(|event| writer.take(event));
    writer.end_block();
    writer.out.trim_end().to_owned()
}

/// A comment on one line, with breaks between its paragraphs.
pub(super) fn inline(events: Vec<Event<'_>>) -> String {
    let mut lines = Vec::new();
    let mut writer = Blocks::default();
    for event in events {
        match event {
            Event::End(TagEnd::Item) => writer.line.insert_str(0, "• "),
            // It would be one of the table around.
            Event::Start(Tag::TableCell) | Event::End(TagEnd::TableCell) => {
                writer.line.push(' ');
                continue;
            }
            _ => {}
        }
        if ends_line(&event) {
            lines.push(std::mem::take(&mut writer.line));
        } else if let Event::Text(text) = &event
            && writer.code.is_some()
        {
            let code_lines = text.lines().filter(|line| !line.is_empty());
            lines.extend(code_lines.map(code));
        } else {
            writer.span(event);
        }
    }
    lines.push(writer.line);
    lines.retain(|line| !line.trim_start_matches("• ").is_empty());
    lines.join("<br>").replace('\n', " ")
}

fn ends_line(event: &Event<'_>) -> bool {
    let starts = matches!(event, Event::Start(Tag::List(_) | Tag::Item));
    let ends = matches!(
        event,
        Event::End(
            TagEnd::Paragraph
                | TagEnd::Heading(_)
                | TagEnd::Item
                | TagEnd::TableRow
                | TagEnd::TableHead
        )
    );
    starts || ends || matches!(event, Event::HardBreak)
}

/// Writes events.
#[derive(Default)]
struct Blocks {
    out: String,
    /// What stands in front of each line: of quotes and lists.
    margins: Vec<String>,
    /// What stands in front of the next line instead of the last margin.
    bullet: Option<String>,
    /// The numbers of the lists around.
    lists: Vec<Option<u64>>,
    /// The text of the block.
    line: String,
    /// The language of a block of code.
    code: Option<String>,
    /// Where links around lead.
    links: Vec<String>,
    columns: usize,
    /// Where the cell of a table begins in the line.
    cell: usize,
    /// How many margins the last block had that belong in front of what separates it from the next.
    shared: usize,
}

impl Blocks {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                self.end_block();
                self.line = "#".repeat(level as usize) + " ";
            }
            Event::Start(Tag::BlockQuote(_)) => self.margin("> ", None),
            Event::Start(Tag::List(number)) => {
                self.end_block();
                self.lists.push(number);
            }
            Event::Start(Tag::Item) => self.item(),
            Event::Start(Tag::CodeBlock(kind)) => {
                self.end_block();
                self.code = Some(match kind {
                    CodeBlockKind::Fenced(info) => {
                        info.chars().filter(|c| c.is_ascii_alphanumeric()).collect()
                    }
                    CodeBlockKind::Indented => String::new(),
                });
            }
            Event::End(TagEnd::CodeBlock) => {
                let text = std::mem::take(&mut self.line);
                self.line = block(&self.code.take().unwrap_or_default(), &text);
                self.end_block();
            }
            Event::Text(text) if self.code.is_some() => self.line += &text,
            Event::End(TagEnd::BlockQuote(_) | TagEnd::Item) => {
                self.end_block();
                self.margins.pop();
            }
            Event::End(TagEnd::List(_)) => _ = self.lists.pop(),
            Event::End(TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Table) => self.end_block(),
            Event::Start(Tag::TableHead | Tag::TableRow) => self.columns = 0,
            Event::End(TagEnd::TableHead) => {
                self.line += &format!("|\n{}|\n", "|---".repeat(self.columns));
            }
            Event::End(TagEnd::TableRow) => self.line += "|\n",
            Event::Rule => {
                self.end_block();
                self.line = "***".to_owned();
                self.end_block();
            }
            event => self.span(event),
        }
    }

    /// What stands in a line.
    fn span(&mut self, event: Event<'_>) {
        match event {
            Event::Text(text) => self.line += &escape(&text),
            Event::Code(text) => self.line += &code(&text),
            Event::SoftBreak => self.line.push(' '),
            Event::HardBreak => self.line += "<br>",
            Event::Start(Tag::Emphasis) | Event::End(TagEnd::Emphasis) => self.line.push('*'),
            Event::Start(Tag::Strong) | Event::End(TagEnd::Strong) => self.line += "**",
            Event::Start(Tag::Strikethrough) | Event::End(TagEnd::Strikethrough) => {
                self.line += "~~"
            }
            Event::Start(Tag::Link { dest_url, .. }) => {
                self.line.push('[');
                self.links.push(dest_url.replace(['<', '>', '\n'], ""));
            }
            Event::End(TagEnd::Link) => {
                let url = self.links.pop().unwrap_or_default();
                self.line += &format!("](<{url}>)");
            }
            Event::Start(Tag::TableCell) => {
                self.columns += 1;
                self.line += "| ";
                self.cell = self.line.len();
            }
            Event::End(TagEnd::TableCell) => {
                let cell = self.line.split_off(self.cell.min(self.line.len()));
                self.line += &format!("{} ", in_cell(&cell));
            }
            Event::Start(Tag::CodeBlock(_)) => self.code = Some(String::new()),
            Event::End(TagEnd::CodeBlock) => self.code = None,
            _ => {}
        }
    }

    fn margin(&mut self, margin: &str, bullet: Option<String>) {
        self.end_block();
        self.shared = self.shared.min(self.margins.len());
        self.margins.push(margin.to_owned());
        self.bullet = bullet;
    }

    fn item(&mut self) {
        let bullet = match self.lists.last_mut() {
            Some(Some(number)) => {
                *number = number.saturating_add(1);
                format!("{}. ", *number - 1)
            }
            Some(None) | None => "- ".to_owned(),
        };
        self.margin(&" ".repeat(bullet.len()), Some(bullet));
    }

    /// Writes the block, if there is something in it, with an empty line in front of it.
    fn end_block(&mut self) {
        let block = std::mem::take(&mut self.line);
        if block.is_empty() {
            return;
        }
        let margin = self.margins.concat();
        if !self.out.is_empty() {
            let shared = self.shared.min(self.margins.len());
            self.out += self.margins[..shared].concat().trim_end();
            self.out.push('\n');
        }
        self.shared = self.margins.len();
        for line in block.lines() {
            let before = match (self.bullet.take(), self.margins.split_last()) {
                (Some(bullet), Some((_, outer))) => outer.concat() + &bullet,
                _ => margin.clone(),
            };
            self.out += format!("{before}{line}").trim_end();
            self.out.push('\n');
        }
    }
}
