//! Parses a struct of inputs from its tokens.

use std::iter::Peekable;

use proc_macro::{Delimiter, Group, Ident, Punct, Spacing, Span, TokenStream, TokenTree, token_stream::IntoIter};

/// A struct of inputs.
pub(crate) struct Struct {
    pub(crate) name: String,
    /// Its lifetime, with the tick.
    pub(crate) lifetime: Option<String>,
    /// Its type parameter and the bounds of that.
    pub(crate) scene: Option<(String, String)>,
    pub(crate) fields: Fields,
}

/// Its fields, each with its type.
pub(crate) enum Fields {
    Named(Vec<(String, String)>),
    Unnamed(Vec<String>),
}

/// The error for an item that is not a struct of inputs.
pub(crate) struct Fault {
    text: &'static str,
    at: Span,
}

impl Fault {
    pub(crate) fn here(text: &'static str) -> Self {
        Self { text, at: Span::call_site() }
    }

    const fn at(token: Span, text: &'static str) -> Self {
        Self { text, at: token }
    }

    /// `compile_error!("text");` at the location of the fault.
    pub(crate) fn into_compile_error(self) -> TokenStream {
        let spanned = |token: TokenTree| {
            let mut token = token;
            token.set_span(self.at);
            token
        };
        let text = TokenTree::Literal(proc_macro::Literal::string(self.text));
        let arguments = Group::new(Delimiter::Brace, spanned(text).into());
        [
            TokenTree::Ident(Ident::new("compile_error", self.at)),
            TokenTree::Punct(Punct::new('!', Spacing::Alone)),
            TokenTree::Group(arguments),
        ]
        .into_iter()
        .map(spanned)
        .collect()
    }
}

type Tokens = Peekable<IntoIter>;

/// Reads `struct Name<'a, S: Scene> { field: Type, … }`.
pub(crate) fn parse(item: TokenStream) -> Result<Struct, Fault> {
    let mut tokens = item.into_iter().peekable();
    skip_attributes_and_visibility(&mut tokens);
    match tokens.next() {
        Some(TokenTree::Ident(word)) if word.to_string() == "struct" => {}
        Some(other) => {
            return Err(Fault::at(other.span(), "only a struct can be an input: a task has one set of edges"));
        }
        None => return Err(Fault::here("expected a struct")),
    }
    let Some(TokenTree::Ident(name)) = tokens.next() else {
        return Err(Fault::here("expected the name of the struct"));
    };
    let (lifetime, scene) = generics(&mut tokens)?;
    let fields = match tokens.next() {
        Some(TokenTree::Group(body)) if body.delimiter() == Delimiter::Brace => Fields::Named(named(body.stream())?),
        Some(TokenTree::Group(body)) if body.delimiter() == Delimiter::Parenthesis => {
            Fields::Unnamed(separated(body.stream()).map(|field| text(after_modifiers(field))).collect())
        }
        Some(TokenTree::Ident(word)) if word.to_string() == "where" => {
            return Err(Fault::at(word.span(), "write the bounds where the parameter is declared"));
        }
        _ => return Err(Fault::at(name.span(), "a struct without fields reads nothing: write `()`")),
    };
    Ok(Struct { name: name.to_string(), lifetime, scene, fields })
}

type Generics = (Option<String>, Option<(String, String)>);

/// `<'a, S: Scene>`, or a part of it.
fn generics(tokens: &mut Tokens) -> Result<Generics, Fault> {
    if !next_is(tokens, '<') {
        return Ok((None, None));
    }
    tokens.next();
    let mut depth = 1;
    let mut inner = Vec::new();
    for token in tokens.by_ref() {
        depth += depth_change(&token, inner.last());
        if depth == 0 {
            break;
        }
        inner.push(token);
    }
    let (mut lifetime, mut scene) = (None, None);
    for parameter in separated(inner.into_iter().collect()) {
        let span = parameter.first().map_or_else(Span::call_site, TokenTree::span);
        let (name, bounds) = split_at_colon(parameter);
        let (name, bounds) = (text(name).replace("' ", "'"), text(bounds));
        if name.starts_with('\'') {
            if lifetime.replace(name).is_some() {
                return Err(Fault::at(span, "a struct of inputs has one lifetime: that of the context"));
            }
        } else if name.starts_with("const ") || scene.replace((name, bounds)).is_some() {
            return Err(Fault::at(span, "a struct of inputs has one type parameter at most: the scene"));
        }
    }
    Ok((lifetime, scene))
}

/// `name: Type, …`.
fn named(body: TokenStream) -> Result<Vec<(String, String)>, Fault> {
    separated(body)
        .map(|field| {
            let field = after_modifiers(field);
            let span = field.first().map_or_else(Span::call_site, TokenTree::span);
            let (name, ty) = split_at_colon(field);
            if ty.is_empty() { Err(Fault::at(span, "expected `name: Type`")) } else { Ok((text(name), text(ty))) }
        })
        .collect()
}

/// The parts between commas outside `<…>`.
fn separated(tokens: TokenStream) -> impl Iterator<Item = Vec<TokenTree>> {
    let (mut parts, mut depth) = (vec![Vec::new()], 0);
    for token in tokens {
        let part = parts.last_mut();
        depth += depth_change(&token, part.as_ref().and_then(|part| part.last()));
        match (part, depth) {
            (_, 0) if is(&token, ',') => parts.push(Vec::new()),
            (Some(part), _) => part.push(token),
            (None, _) => {}
        }
    }
    parts.into_iter().filter(|part: &Vec<TokenTree>| !part.is_empty())
}

/// Change in the depth of `<…>` by a token; the `>` of an arrow does not count.
fn depth_change(token: &TokenTree, before: Option<&TokenTree>) -> i32 {
    match token {
        TokenTree::Punct(sign) if sign.as_char() == '<' => 1,
        TokenTree::Punct(sign) if sign.as_char() == '>' && !before.is_some_and(|before| is(before, '-')) => -1,
        _ => 0,
    }
}

/// The tokens before and after the first single colon.
fn split_at_colon(tokens: Vec<TokenTree>) -> (Vec<TokenTree>, Vec<TokenTree>) {
    let at = tokens.iter().position(|token| is(token, ':')).unwrap_or(tokens.len());
    let mut before = tokens;
    let after = before.split_off(at).into_iter().skip(1).collect();
    (before, after)
}

fn skip_attributes_and_visibility(tokens: &mut Tokens) {
    loop {
        match tokens.peek() {
            Some(TokenTree::Punct(sign)) if sign.as_char() == '#' => {
                tokens.next();
                tokens.next();
            }
            Some(TokenTree::Ident(word)) if word.to_string() == "pub" => {
                tokens.next();
                if matches!(tokens.peek(), Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis)
                {
                    tokens.next();
                }
            }
            _ => return,
        }
    }
}

fn after_modifiers(field: Vec<TokenTree>) -> Vec<TokenTree> {
    let mut tokens = field.into_iter().collect::<TokenStream>().into_iter().peekable();
    skip_attributes_and_visibility(&mut tokens);
    tokens.collect()
}

fn text(tokens: Vec<TokenTree>) -> String {
    tokens.into_iter().collect::<TokenStream>().to_string()
}

fn next_is(tokens: &mut Tokens, sign: char) -> bool {
    tokens.peek().is_some_and(|token| is(token, sign))
}

fn is(token: &TokenTree, sign: char) -> bool {
    matches!(token, TokenTree::Punct(found) if found.as_char() == sign)
}
