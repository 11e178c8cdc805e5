//! Reads the subset of the Thrift IDL that our files use: enums, structs and one service; no typedefs, unions,
//! exceptions or constants.

use super::{
    definition::{Enum, Field, Literal, Method, Presence, SchemaError, Struct, Type},
    lexer::{self, Spanned, Token},
};

/// A definition in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Definition {
    /// `struct`.
    Struct(Struct),
    /// `enum`.
    Enum(Enum),
    /// A method of a `service`.
    Method(Method),
}

/// All definitions in `text`. A name of a type is a [`Type::Struct`] until it is linked.
///
/// # Errors
/// The first place that is not in the supported subset.
pub(super) fn parse(file: &str, text: &str) -> Result<Vec<Definition>, SchemaError> {
    let tokens = lexer::tokens(text).map_err(|(line, sign)| SchemaError::Syntax {
        file: file.to_owned(),
        line,
        what: format!("{sign:?} begins nothing known"),
    })?;
    Parser { file, tokens: tokens.into_iter().peekable(), line: 1 }.file()
}

struct Parser<'a> {
    file: &'a str,
    tokens: std::iter::Peekable<std::vec::IntoIter<Spanned>>,
    line: usize,
}

type Parsed<T> = Result<T, SchemaError>;

impl Parser<'_> {
    fn file(mut self) -> Parsed<Vec<Definition>> {
        let mut found = Vec::new();
        while self.tokens.peek().is_some() {
            match self.word()?.as_str() {
                "namespace" => {
                    self.word()?;
                    self.word()?;
                }
                "include" => drop(self.next()?),
                "enum" => found.push(Definition::Enum(self.enumeration()?)),
                "struct" => found.push(Definition::Struct(self.structure()?)),
                "service" => self.service(&mut found)?,
                other => return Err(self.wrong(&format!("a definition cannot begin with {other}"))),
            }
        }
        Ok(found)
    }

    fn enumeration(&mut self) -> Parsed<Enum> {
        let name = self.word()?;
        let mut values = Vec::new();
        self.sign('{')?;
        while !self.take('}') {
            let value = self.word()?;
            self.sign('=')?;
            let number = self.number()?;
            self.end_of_item()?;
            values.push((value, number));
        }
        Ok(Enum { name, values })
    }

    fn structure(&mut self) -> Parsed<Struct> {
        let name = self.word()?;
        let mut fields = Vec::new();
        self.sign('{')?;
        while !self.take('}') {
            fields.push(self.field()?);
        }
        Ok(Struct { name, fields })
    }

    fn field(&mut self) -> Parsed<Field> {
        let id = self.number()?;
        self.sign(':')?;
        let first = self.word()?;
        let (required, first) = match first.as_str() {
            "required" => (true, self.word()?),
            "optional" => (false, self.word()?),
            _ => (false, first),
        };
        let ty = self.type_named(first)?;
        let name = self.word()?;
        let default = if self.take('=') { Some(self.default()?) } else { None };
        self.end_of_item()?;
        let presence = match (required, default.is_some()) {
            (true, false) => Presence::Mandatory,
            (true, true) => Presence::Defaulted,
            (false, _) => Presence::Optional,
        };
        Ok(Field { id, name, ty, presence, default })
    }

    fn service(&mut self, found: &mut Vec<Definition>) -> Parsed<()> {
        self.word()?;
        self.sign('{')?;
        while !self.take('}') {
            let response = self.type_name()?;
            let name = self.word()?;
            self.sign('(')?;
            let argument = self.number()?;
            self.sign(':')?;
            let request = self.type_name()?;
            self.word()?;
            self.sign(')')?;
            self.end_of_item()?;
            found.push(Definition::Method(Method { name, argument, request, response }));
        }
        Ok(())
    }

    /// A name of a type, without its file.
    fn type_name(&mut self) -> Parsed<String> {
        let word = self.word()?;
        Ok(unqualified(&word))
    }

    fn type_named(&mut self, word: String) -> Parsed<Type> {
        Ok(match word.as_str() {
            "bool" => Type::Bool,
            "byte" | "i8" => Type::I8,
            "i16" => Type::I16,
            "i32" => Type::I32,
            "i64" => Type::I64,
            "double" => Type::Double,
            "string" => Type::Text,
            "binary" => Type::Binary,
            "list" => Type::List(Box::new(self.parameter('<', '>')?)),
            "set" => Type::Set(Box::new(self.parameter('<', '>')?)),
            "map" => Type::Map(Box::new(self.parameter('<', ',')?), Box::new(self.parameter_until('>')?)),
            _ => Type::Struct(unqualified(&word)),
        })
    }

    fn parameter(&mut self, open: char, close: char) -> Parsed<Type> {
        self.sign(open)?;
        self.parameter_until(close)
    }

    fn parameter_until(&mut self, close: char) -> Parsed<Type> {
        let word = self.word()?;
        let ty = self.type_named(word)?;
        self.sign(close)?;
        Ok(ty)
    }

    /// A default; of lists and maps the empty one only.
    fn default(&mut self) -> Parsed<Literal> {
        Ok(match self.next()? {
            Token::Word(word) => Literal::Word(word),
            Token::Number(number) => Literal::Number(number),
            Token::Quoted(text) => Literal::Text(text),
            Token::Sign('[') => {
                self.sign(']')?;
                Literal::List
            }
            Token::Sign('{') => {
                self.sign('}')?;
                Literal::Map
            }
            Token::Sign(sign) => return Err(self.wrong(&format!("a value cannot begin with {sign:?}"))),
        })
    }

    /// Annotations and the separator, both of which may be missing.
    fn end_of_item(&mut self) -> Parsed<()> {
        if self.take('(') {
            while !self.take(')') {
                self.next()?;
            }
        }
        let _ = self.take(',') || self.take(';');
        Ok(())
    }

    fn next(&mut self) -> Parsed<Token> {
        let spanned = self.tokens.next().ok_or_else(|| self.wrong("the text ends too early"))?;
        self.line = spanned.line;
        Ok(spanned.token)
    }

    fn word(&mut self) -> Parsed<String> {
        match self.next()? {
            Token::Word(word) => Ok(word),
            other => Err(self.wrong(&format!("a name is due, not {other:?}"))),
        }
    }

    fn number<T: std::str::FromStr>(&mut self) -> Parsed<T> {
        let number = match self.next()? {
            Token::Number(text) => text.parse().ok(),
            _ => None,
        };
        number.ok_or_else(|| self.wrong("a number of the right size is due"))
    }

    fn sign(&mut self, sign: char) -> Parsed<()> {
        let found = self.next()?;
        if found == Token::Sign(sign) { Ok(()) } else { Err(self.wrong(&format!("{sign:?} is due, not {found:?}"))) }
    }

    fn take(&mut self, sign: char) -> bool {
        self.tokens.next_if(|spanned| spanned.token == Token::Sign(sign)).is_some()
    }

    fn wrong(&self, what: &str) -> SchemaError {
        SchemaError::Syntax { file: self.file.to_owned(), line: self.line, what: what.to_owned() }
    }
}

/// `Base` for `base.Base`: names are unique over all files, as a test checks.
fn unqualified(word: &str) -> String {
    word.rsplit('.').next().unwrap_or(word).to_owned()
}
