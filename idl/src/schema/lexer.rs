//! Splits an IDL text into words, numbers, strings and signs, each with its line.

/// The smallest meaningful part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// A keyword or a name, dots included: `required`, `base.Base`.
    Word(String),
    /// A whole number, or the text of a double.
    Number(String),
    /// The text between quotes.
    Quoted(String),
    /// A single sign: `{ } ( ) < > [ ] = : , ;`.
    Sign(char),
}

/// A token with its line, counted from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spanned {
    /// The token.
    pub(super) token: Token,
    /// Its line.
    pub(super) line: usize,
}

/// All tokens of `text`, without comments and white space.
///
/// # Errors
/// The line and the character at which no token begins.
pub(super) fn tokens(text: &str) -> Result<Vec<Spanned>, (usize, char)> {
    let mut found = Vec::new();
    let mut rest = text;
    let mut line = 1;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            _ if rest.starts_with("//") || first == '#' => rest.find('\n').unwrap_or(rest.len()),
            _ if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            _ if first.is_whitespace() => first.len_utf8(),
            '"' | '\'' => {
                let inner = rest.get(1..).unwrap_or_default();
                let end = inner.find(first).ok_or((line, first))?;
                push(&mut found, Token::Quoted(inner.get(..end).unwrap_or_default().to_owned()), line);
                end + 2
            }
            _ if first.is_ascii_alphabetic() || first == '_' => {
                let word = prefix(rest, |sign| sign.is_ascii_alphanumeric() || sign == '_' || sign == '.');
                push(&mut found, Token::Word(word.to_owned()), line);
                word.len()
            }
            _ if first.is_ascii_digit() || first == '-' || first == '+' => {
                let number = prefix(rest, |sign| sign.is_ascii_alphanumeric() || "+-.".contains(sign));
                push(&mut found, Token::Number(number.to_owned()), line);
                number.len()
            }
            _ if "{}()<>[]=:,;".contains(first) => {
                push(&mut found, Token::Sign(first), line);
                1
            }
            _ => return Err((line, first)),
        };
        let (eaten, left) = rest.split_at_checked(length).unwrap_or((rest, ""));
        line += eaten.matches('\n').count();
        rest = left;
    }
    Ok(found)
}

fn push(found: &mut Vec<Spanned>, token: Token, line: usize) {
    found.push(Spanned { token, line });
}

/// The longest prefix of `text` in which every character is `good`.
fn prefix(text: &str, good: impl Fn(char) -> bool) -> &str {
    text.find(|sign| !good(sign)).and_then(|end| text.get(..end)).unwrap_or(text)
}
