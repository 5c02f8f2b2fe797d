//! A directory page as HTML: its links, each with the words of its row.
//!
//! Servers write rows of a table, lines of a preformatted text, items of a list, or text parted by `<br>`, with the words
//! before or behind the link. So a row is whatever lies between two such breaks.

use std::cell::RefCell;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, CharacterTokens, EndTag, StartTag, Tag, TagToken, Token, TokenSink, TokenSinkResult, Tokenizer,
    TokenizerOpts,
};

use super::facts::Facts;
use crate::web_path::Child;

/// A row says no more than this; the rest is not kept.
const TEXT_BYTES: usize = 1_000;

/// A link, and what stands beside it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Row {
    /// The address as it is written.
    pub(super) href: String,
    /// The words beside it, parted by single spaces.
    pub(super) text: String,
    /// What the words tell.
    pub(super) facts: Facts,
    /// Told as it is, without an address.
    pub(super) name: Option<Child>,
}

/// What a page holds.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub(super) rows: Vec<Row>,
    /// It says of itself that it is a list of files.
    pub(super) is_index: bool,
}

/// Reads a page; whatever it holds, this is some page.
pub(super) fn read(body: &[u8]) -> Page {
    let sink = Rows(RefCell::new(State::default()));
    let tokenizer = Tokenizer::new(sink, TokenizerOpts::default());
    let queue = BufferQueue::default();
    queue.push_back(StrTendril::from(String::from_utf8_lossy(body).as_ref()));
    // It stops early only where a page runs scripts.
    let _ = tokenizer.feed(&queue);
    tokenizer.end();
    let mut state = tokenizer.sink.0.into_inner();
    state.end_row();
    state.page
}

struct Rows(RefCell<State>);

#[derive(Default)]
struct State {
    page: Page,
    /// Addresses of the row.
    hrefs: Vec<String>,
    text: String,
    /// Inside a link, whose words are a name.
    in_link: bool,
    /// Inside a preformatted text, where lines are rows.
    in_pre: bool,
    /// Inside a title or heading.
    in_title: bool,
    title: String,
    /// Inside a script or style.
    skipping: bool,
}

impl TokenSink for Rows {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut state = self.0.borrow_mut();
        match token {
            TagToken(tag) if tag.kind == StartTag => state.opens(&tag),
            TagToken(tag) if tag.kind == EndTag => {
                state.closes(&tag.name);
                TokenSinkResult::Continue
            }
            CharacterTokens(text) => {
                state.says(&text);
                TokenSinkResult::Continue
            }
            _ => TokenSinkResult::Continue,
        }
    }
}

impl State {
    fn opens(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        match tag.name.as_ref() {
            "a" => {
                self.in_link = true;
                let href = tag.attrs.iter().find(|attribute| attribute.name.local.as_ref() == "href");
                if let Some(href) = href.map(|href| href.value.to_string())
                    && !self.hrefs.contains(&href)
                {
                    self.hrefs.push(href);
                }
            }
            "tr" | "li" | "br" | "hr" | "p" | "table" | "ul" | "ol" => self.end_row(),
            "pre" => {
                self.end_row();
                self.in_pre = true;
            }
            "td" | "th" => self.text.push(' '),
            "h1" | "h2" => {
                self.end_row();
                self.in_title = true;
            }
            "title" => {
                self.in_title = true;
                return TokenSinkResult::RawData(RawKind::Rcdata);
            }
            "script" => {
                self.skipping = true;
                return TokenSinkResult::RawData(RawKind::ScriptData);
            }
            "style" => {
                self.skipping = true;
                return TokenSinkResult::RawData(RawKind::Rawtext);
            }
            _ => {}
        }
        TokenSinkResult::Continue
    }

    fn closes(&mut self, name: &str) {
        match name {
            "a" => self.in_link = false,
            "tr" | "li" | "table" | "ul" | "ol" | "body" => self.end_row(),
            "td" | "th" => self.text.push(' '),
            "pre" => {
                self.end_row();
                self.in_pre = false;
            }
            "title" | "h1" | "h2" => {
                self.in_title = false;
                let title = std::mem::take(&mut self.title).to_lowercase();
                self.page.is_index |=
                    ["index", "directory", "listing", "folder", "/"].iter().any(|word| title.contains(word));
            }
            "script" | "style" => self.skipping = false,
            _ => {}
        }
    }

    fn says(&mut self, text: &str) {
        if self.skipping {
        } else if self.in_title {
            if self.title.len() < TEXT_BYTES {
                self.title.push_str(text);
            }
        } else if self.in_link {
        } else if self.in_pre {
            let mut lines = text.split('\n');
            self.add(lines.next().unwrap_or_default());
            for line in lines {
                self.end_row();
                self.add(line);
            }
        } else {
            self.add(text);
        }
    }

    fn add(&mut self, text: &str) {
        if self.text.len() < TEXT_BYTES {
            self.text.push_str(text);
        }
    }

    /// What stands beside several links is said of none of them.
    fn end_row(&mut self) {
        let text = std::mem::take(&mut self.text);
        let hrefs = std::mem::take(&mut self.hrefs);
        let text = if hrefs.len() == 1 { text.split_whitespace().collect::<Vec<_>>().join(" ") } else { String::new() };
        for href in hrefs {
            let (text, facts) = (text.clone(), Facts::of(&text));
            self.page.rows.push(Row { href, text, facts, name: None });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Row, read};

    fn rows(page: &str) -> Vec<(String, String)> {
        read(page.as_bytes()).rows.into_iter().map(|Row { href, text, .. }| (href, text)).collect()
    }

    fn row(href: &str, text: &str) -> (String, String) {
        (href.to_owned(), text.to_owned())
    }

    /// IIS writes date and size before the link, folders as `<dir>`, and addresses from the server's root.
    #[test]
    fn pages_of_iis_are_read() {
        let page = "<html><head><title>localhost - /img/</title></head><body><H1>localhost - /img/</H1><hr>\r\n\r\n<pre>\
            <A HREF=\"/\">[To Parent Directory]</A><br><br>11/22/2026 10:11 PM        &lt;dir&gt; <A HREF=\"/img/sub/\">sub</A><br>\
            11/22/2026 10:11 PM      1234567 <A HREF=\"/img/two%20words%20%26.jpg\">two words &amp;.jpg</A><br></pre><hr></body></html>";
        assert_eq!(
            rows(page),
            [
                row("/", ""),
                row("/img/sub/", "11/22/2026 10:11 PM <dir>"),
                row("/img/two%20words%20%26.jpg", "11/22/2026 10:11 PM 1234567"),
            ]
        );
        assert!(read(page.as_bytes()).is_index);
    }

    #[test]
    fn icons_entities_and_scripts_do_not_disturb() {
        let page = "<table><tr><td><a href=\"&amp;amp;.jpg\"><img src=\"/x.gif\"></a></td><td><a href=\"&amp;amp;.jpg\">&amp;amp;</a>\
            </td><td>2026-11-22 22:11  </td><td>&nbsp; 20 </td></tr>\
            <tr><td><script>document.write('<a href=\"no.jpg\">')</script><style>a{}</style><!-- <a href=\"no.jpg\"> -->";
        assert_eq!(rows(page), [row("&amp;.jpg", "2026-11-22 22:11 20")]);
    }

    #[test]
    fn a_name_may_hold_a_line_feed() {
        let page = "<pre><a href=\"../\">../</a>\r\n<a href=\"line%0Afeed.jpg\">line\nfeed.jpg</a>   22-Nov-2026 22:11    26\r\n</pre>";
        assert_eq!(rows(page), [row("../", ""), row("line%0Afeed.jpg", "22-Nov-2026 22:11 26")]);
    }

    #[test]
    fn several_links_in_a_row_are_told_without_words() {
        assert_eq!(rows("<p><a href=a>a</a> 5 <a href=b>b</a> 6</p>"), [row("a", ""), row("b", "")]);
        assert_eq!(rows("<a href='a'"), []);
        assert!(!read(b"<title>Welcome</title>").is_index);
    }
}
