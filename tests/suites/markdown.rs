//! Code blocks of Markdown pages.

use std::path::{Path, PathBuf};

use sinew_compiler::source::MemoryLoader;

use crate::cases::{entries, repository};

/// A fenced code block.
#[derive(Debug)]
pub struct Block {
    /// The heading before it, without `#`.
    pub heading: String,
    /// The comma-separated words after the opening fence: `idl`, `error=E0201`.
    pub tags: Vec<String>,
    /// The line of the opening fence.
    pub line: usize,
    /// The content.
    pub text: String,
}

impl Block {
    /// Whether the first word after the fence is `language`.
    pub fn is(&self, language: &str) -> bool {
        self.tags.first().is_some_and(|tag| tag == language)
    }

    /// The value of a tag `key=value`.
    pub fn tag(&self, key: &str) -> Option<&str> {
        let values = self.tags.iter().filter_map(|tag| tag.split_once('='));
        values.into_iter().find(|(k, _)| *k == key).map(|(_, v)| v)
    }

    /// The files of an IDL block: parts that begin with `// file: name.idl`, or a single file. The last one is
    /// compiled.
    pub fn files(&self) -> (MemoryLoader, String) {
        let mut files = vec![("example.idl".to_owned(), String::new())];
        for line in self.text.lines() {
            match line.strip_prefix("// file: ") {
                Some(name) => files.push((name.trim().to_owned(), String::new())),
                None => {
                    let (_, text) = files.last_mut().expect("there is a first file");
                    *text += line;
                    *text += "\n";
                }
            }
        }
        if files.len() > 1 && files[0].1.trim().is_empty() {
            files.remove(0);
        }
        let main = files.last().expect("there is a first file").0.clone();
        let mut loader = MemoryLoader::default();
        for (name, text) in files {
            loader.insert(name, text);
        }
        (loader, main)
    }
}

/// The fenced code blocks of a page.
pub fn blocks(page: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut heading = String::new();
    let mut open: Option<Block> = None;
    for (line, number) in page.lines().zip(1..) {
        match (line.strip_prefix("```"), open.as_mut()) {
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some(info), None) => {
                open = Some(Block {
                    heading: heading.clone(),
                    tags: info.split(',').map(|tag| tag.trim().to_owned()).collect(),
                    line: number,
                    text: String::new(),
                });
            }
            (None, Some(block)) => {
                block.text += line;
                block.text += "\n";
            }
            (None, None) if line.starts_with('#') => {
                heading = line.trim_start_matches('#').trim().to_owned();
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a code block is not closed:\n{page}");
    blocks
}

/// README, CONTRIBUTING, CHANGELOG and all pages of the book.
pub fn pages() -> Vec<PathBuf> {
    let mut pages = Vec::new();
    let top = entries(repository());
    pages.extend(top.into_iter().filter(|path| is_page(path)));
    for folder in ["docs", "idl-examples"] {
        add_pages(&repository().join(folder), &mut pages);
    }
    pages
}

fn add_pages(folder: &Path, pages: &mut Vec<PathBuf>) {
    for path in entries(folder) {
        if path.is_dir() {
            add_pages(&path, pages);
        } else if is_page(&path) {
            pages.push(path);
        }
    }
}

fn is_page(path: &Path) -> bool {
    path.extension().is_some_and(|e| e == "md")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_know_their_heading_tags_and_line() {
        let page = "# A\n\n```idl,error=E0201\nx\n```\n\n## B\n```\ny\n```\n";
        let blocks = blocks(page);
        assert_eq!(blocks.len(), 2);
        assert!(blocks[0].is("idl"));
        assert_eq!(blocks[0].tag("error"), Some("E0201"));
        assert_eq!((blocks[0].heading.as_str(), blocks[0].line), ("A", 3));
        assert_eq!(
            (blocks[1].heading.as_str(), blocks[1].text.as_str()),
            ("B", "y\n")
        );
    }

    #[test]
    fn a_block_may_hold_several_files() {
        let page = "```idl\n// file: a.idl\none\n// file: b.idl\ntwo\n```\n";
        let (files, main) = blocks(page)[0].files();
        assert_eq!(files.names(), ["a.idl", "b.idl"]);
        assert_eq!(main, "b.idl");
    }
}
