//! PHP patterns: what `preg_match` takes, translated for the engine used here.

use std::fmt::Write as _;

/// A pattern taken apart: what stood between the slashes, and the flags behind them.
pub(super) struct PhpPattern<'a> {
    pub(super) body: &'a str,
    pub(super) flags: &'a str,
}

/// Takes `/body/flags` apart; a pattern without slashes is all body.
pub(super) fn split(text: &str) -> PhpPattern<'_> {
    let delimited = text.strip_prefix('/').and_then(|rest| rest.rfind('/').map(|end| (&rest[..end], &rest[end + 1..])));
    match delimited {
        Some((body, flags)) if flags.bytes().all(|byte| byte.is_ascii_alphabetic()) => PhpPattern { body, flags },
        _ => PhpPattern { body: text, flags: "" },
    }
}

/// Rewrites what PCRE and the engine used here read differently: `\d`, `\w`, `\s` mean ASCII, `\h` is white space,
/// and inside brackets `[`, `&`, `~` and a `-` after a class stand for themselves.
pub(super) fn translate(body: &str) -> String {
    let mut out = String::with_capacity(body.len() + 16);
    let mut rest = body.chars().peekable();
    let mut in_class = false;
    let mut after_shorthand = false;
    while let Some(c) = rest.next() {
        let shorthand_before = std::mem::take(&mut after_shorthand);
        match c {
            '\\' => {
                let Some(escaped) = rest.next() else {
                    out.push('\\');
                    break;
                };
                match shorthand(escaped, in_class) {
                    Some(class) => {
                        out.push_str(class);
                        after_shorthand = in_class;
                    }
                    None => {
                        out.push('\\');
                        out.push(escaped);
                    }
                }
            }
            '[' if !in_class => {
                in_class = true;
                out.push('[');
                if rest.next_if_eq(&'^').is_some() {
                    out.push('^');
                }
                if rest.next_if_eq(&']').is_some() {
                    out.push_str("\\]");
                }
            }
            '[' if rest.peek() == Some(&':') => {
                // A POSIX class such as [:alpha:] is copied to its closing bracket.
                out.push('[');
                while let Some(inner) = rest.next() {
                    out.push(inner);
                    if inner == ':' && rest.next_if_eq(&']').is_some() {
                        out.push(']');
                        break;
                    }
                }
                after_shorthand = true;
            }
            ']' if in_class => {
                in_class = false;
                out.push(']');
            }
            '[' | '&' | '~' if in_class => {
                out.push('\\');
                out.push(c);
            }
            '-' if in_class && shorthand_before => out.push_str("\\-"),
            c => out.push(c),
        }
    }
    out
}

fn shorthand(letter: char, in_class: bool) -> Option<&'static str> {
    Some(match (letter, in_class) {
        ('d', false) => "[0-9]",
        ('d', true) => "0-9",
        ('D', false) => "[^0-9]",
        ('w', false) => "[A-Za-z0-9_]",
        ('w', true) => "A-Za-z0-9_",
        ('W', false) => "[^A-Za-z0-9_]",
        ('s', false) => "[ \\t\\n\\r\\x0b\\x0c]",
        ('s', true) => " \\t\\n\\r\\x0b\\x0c",
        ('S', false) => "[^ \\t\\n\\r\\x0b\\x0c]",
        ('h', false) => "[ \\t]",
        ('h', true) => " \\t",
        ('H', false) => "[^ \\t]",
        _ => return None,
    })
}

/// Rewrites a replacement text of `preg_replace`: `\1`, `$1` and `${1}` name a group, any other `$` is a `$`.
pub(super) fn translate_replacement(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\\' | '$' if rest.peek().is_some_and(char::is_ascii_digit) => push_group(&mut out, &mut rest),
            '$' if rest.peek() == Some(&'{') => {
                let mut ahead = rest.clone();
                ahead.next();
                if ahead.peek().is_some_and(char::is_ascii_digit) {
                    rest = ahead;
                    push_group(&mut out, &mut rest);
                    let _ = rest.next_if_eq(&'}');
                } else {
                    out.push_str("$$");
                }
            }
            '$' => out.push_str("$$"),
            '\\' if rest.peek() == Some(&'\\') => {
                rest.next();
                out.push('\\');
            }
            c => out.push(c),
        }
    }
    out
}

/// At most two digits name a group, as in PHP.
fn push_group(out: &mut String, rest: &mut std::iter::Peekable<std::str::Chars<'_>>) {
    let mut group = String::new();
    while group.len() < 2
        && let Some(digit) = rest.next_if(char::is_ascii_digit)
    {
        group.push(digit);
    }
    write!(out, "${{{group}}}").expect("writing to a String does not fail");
}

/// Does a group that repeats without bound stand inside another such group? Such a pattern may try exponentially many
/// ways on a name that almost matches.
pub(super) fn repeats_within_repeats(translated: &str) -> bool {
    let mut inside: Vec<bool> = Vec::new();
    let mut rest = translated.chars().peekable();
    let mut in_class = false;
    let mut repeated_at_top = false;
    while let Some(c) = rest.next() {
        match c {
            '\\' => {
                rest.next();
            }
            '[' if !in_class => in_class = true,
            ']' if in_class => in_class = false,
            _ if in_class => {}
            '(' => {
                inside.push(false);
                // `(?` and `(*` open a group; their sign is no repetition.
                let _ = rest.next_if(|sign| matches!(sign, '?' | '*'));
            }
            ')' => {
                let holds_repeat = inside.pop().unwrap_or(false);
                let repeats = unbounded(&mut rest);
                if holds_repeat && repeats {
                    return true;
                }
                let outer = inside.last_mut().unwrap_or(&mut repeated_at_top);
                *outer |= holds_repeat || repeats;
            }
            '*' | '+' => *inside.last_mut().unwrap_or(&mut repeated_at_top) = true,
            '{' if brace_is_unbounded(&mut rest) => *inside.last_mut().unwrap_or(&mut repeated_at_top) = true,
            _ => {}
        }
    }
    false
}

fn unbounded(rest: &mut std::iter::Peekable<std::str::Chars<'_>>) -> bool {
    if rest.next_if(|c| matches!(c, '*' | '+')).is_some() {
        return true;
    }
    rest.next_if_eq(&'{').is_some() && brace_is_unbounded(rest)
}

/// `{n,}`, or so many times that it makes no difference.
fn brace_is_unbounded(rest: &mut std::iter::Peekable<std::str::Chars<'_>>) -> bool {
    let inner: String = std::iter::from_fn(|| rest.next_if(|c| c.is_ascii_digit() || *c == ',')).collect();
    inner.ends_with(',') || inner.split(',').filter_map(|n| n.parse::<u32>().ok()).any(|n| n > 10)
}

#[cfg(test)]
mod tests {
    use super::{repeats_within_repeats, split, translate, translate_replacement};

    #[test]
    fn slashes_and_flags() {
        let parts = |text: &'static str| (split(text).body, split(text).flags);
        assert_eq!(parts(r"/^(a\/b)/i"), (r"^(a\/b)", "i"));
        assert_eq!(parts(r"^(a)$"), (r"^(a)$", ""));
        assert_eq!(parts(r"/^(a)"), (r"/^(a)", ""));
    }

    #[test]
    fn classes_mean_what_php_means() {
        assert_eq!(translate(r"^(\d{3})\D*"), "^([0-9]{3})[^0-9]*");
        assert_eq!(translate(r"[\w-.&~[]"), r"[A-Za-z0-9_\-.\&\~\[]");
        assert_eq!(translate(r"[[:alpha:]-]x[]a]"), r"[[:alpha:]\-]x[\]a]");
        assert_eq!(translate(r"\\d"), r"\\d");
    }

    #[test]
    fn groups_in_a_replacement() {
        assert_eq!(translate_replacement(r"barcode-"), "barcode-");
        assert_eq!(translate_replacement(r"\1-$2-${3}4"), "${1}-${2}-${3}4");
        assert_eq!(translate_replacement(r"$ $x ${x}"), "$$ $$x $${x}");
        assert_eq!(translate_replacement("$10a"), "${10}a");
    }

    #[test]
    fn endless_patterns() {
        for bad in [r"(?=x)(a+)+b", r"((ab*)c)*", r"(a{2,}){3,}", r"(?:(?:x*)y)+", r"(a|b+)*"] {
            assert!(repeats_within_repeats(bad), "{bad}");
        }
        for good in [r"^(a+)b*(?!c)", r"(ab){2}c+", r"[(+]+(a)", r"\(a+\)+", r"(?<!x)(\d+)"] {
            assert!(!repeats_within_repeats(good), "{good}");
        }
    }
}
