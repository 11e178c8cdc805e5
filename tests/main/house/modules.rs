//! The module tree of a crate and the paths that its code names, read from the sources. Test modules are excluded.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// Maximum number of imports followed in a chain.
const DEEPEST: usize = 8;

/// Keywords before the name of an item.
const ITEMS: [&str; 8] = ["struct", "enum", "trait", "fn", "type", "const", "static", "union"];

/// The modules of a crate; the first is its root.
pub(super) struct Modules(Vec<Module>);

/// A module, with the paths in its own code.
struct Module {
    path: Vec<String>,
    parent: usize,
    file: PathBuf,
    children: BTreeMap<String, usize>,
    items: BTreeSet<String>,
    imports: Vec<(String, Vec<String>)>,
    globs: Vec<Vec<String>>,
    named: Vec<(Vec<String>, usize)>,
}

/// A line of one module that names another one.
pub(super) struct Reference<'a> {
    pub(super) from: &'a [String],
    pub(super) to: &'a [String],
    pub(super) file: &'a Path,
    pub(super) line: usize,
}

impl Modules {
    /// Reads the crate with this `src` folder.
    pub(super) fn of(source: &Path) -> Self {
        let mut modules = Self(Vec::new());
        modules.add(0, Vec::new(), source.join("lib.rs"));
        modules.read_file(0, source);
        modules
    }

    /// References between modules neither of which contains the other.
    pub(super) fn references(&self) -> impl Iterator<Item = Reference<'_>> {
        self.0.iter().enumerate().flat_map(move |(index, module)| {
            let resolved =
                module.named.iter().filter_map(move |(path, line)| Some((self.resolve(index, path, 0)?, line)));
            resolved.map(|(to, line)| Reference {
                from: &module.path,
                to: &self.0[to].path,
                file: &module.file,
                line: *line,
            })
        })
    }

    fn add(&mut self, parent: usize, path: Vec<String>, file: PathBuf) -> usize {
        self.0.push(Module {
            path,
            parent,
            file,
            children: BTreeMap::new(),
            items: BTreeSet::new(),
            imports: Vec::new(),
            globs: Vec::new(),
            named: Vec::new(),
        });
        self.0.len() - 1
    }

    fn add_child(&mut self, parent: usize, name: &str, file: PathBuf) -> usize {
        let path = self.0[parent].path.iter().cloned().chain([name.to_owned()]).collect();
        let child = self.add(parent, path, file);
        self.0[parent].children.insert(name.to_owned(), child);
        child
    }

    fn read_file(&mut self, module: usize, folder: &Path) {
        let file = &self.0[module].file;
        let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        self.read(module, folder, &words(&text));
    }

    /// Reads the code of a module whose children's files are in `folder`.
    fn read(&mut self, module: usize, folder: &Path, words: &[Word<'_>]) {
        let mut at = 0;
        while at < words.len() {
            let [first, second, third] = [0, 1, 2].map(|next| text(words, at + next));
            at = match (first, second, third) {
                ("#", "!", "[") => end(words, at + 2),
                ("#", "[", _) => {
                    let after = end(words, at + 1);
                    if is_for_tests(&words[at..after]) { end_of_item(words, after) } else { after }
                }
                ("mod", name, ";") => {
                    let child = self.add_child(module, name, folder.join(format!("{name}.rs")));
                    self.read_file(child, &folder.join(name));
                    at + 3
                }
                ("mod", name, "{") => {
                    let child = self.add_child(module, name, self.0[module].file.clone());
                    let after = end(words, at + 2);
                    self.read(child, &folder.join(name), &words[at + 3..after - 1]);
                    after
                }
                ("use", ..) => self.read_import(module, words, at + 1, Vec::new()),
                ("crate" | "self" | "super", "::", _) => {
                    let mut path = vec![first.to_owned()];
                    let line = words[at].line;
                    while text(words, at + 1) == "::" && is_name(text(words, at + 2)) {
                        path.push(text(words, at + 2).to_owned());
                        at += 2;
                    }
                    self.0[module].named.push((path, line));
                    at + 1
                }
                ("macro_rules", "!", name) => {
                    self.0[module].items.insert(name.to_owned());
                    at + 3
                }
                (keyword, name, _) => {
                    if ITEMS.contains(&keyword) {
                        self.0[module].items.insert(name.to_owned());
                    }
                    at + 1
                }
            };
        }
    }

    /// Reads the rest of an import that begins with `path`; returns the index after it.
    fn read_import(&mut self, module: usize, words: &[Word<'_>], mut at: usize, mut path: Vec<String>) -> usize {
        while text(words, at) == "::" || is_name(text(words, at)) {
            if text(words, at) != "::" {
                path.push(text(words, at).to_owned());
            }
            at += 1;
        }
        let line = words[at].line;
        let module_of = &mut self.0[module];
        match text(words, at) {
            "{" => {
                at += 1;
                while text(words, at) != "}" {
                    at = self.read_import(module, words, at, path.clone());
                    at += usize::from(text(words, at) == ",");
                }
                at + 1
            }
            "*" => {
                module_of.named.push((path.clone(), line));
                module_of.globs.push(path);
                at + 1
            }
            _ => {
                let mut alias = None;
                if let Some(index) = path.iter().position(|name| name == "as") {
                    alias = path.split_off(index).pop();
                }
                if path.len() > 1 {
                    path.pop_if(|last| last == "self");
                }
                if let Some(name) = alias.or_else(|| path.last().cloned()) {
                    module_of.named.push((path.clone(), line));
                    module_of.imports.push((name, path));
                }
                at
            }
        }
    }

    /// The module that contains the item `path` named in the code of `from`; none if it is in another crate.
    fn resolve(&self, from: usize, path: &[String], depth: usize) -> Option<usize> {
        let mut current = from;
        let mut rest = path;
        while let Some((name, after)) = rest.split_first() {
            match name.as_str() {
                "crate" => current = 0,
                "super" => current = self.0[current].parent,
                "self" => {}
                _ => break,
            }
            rest = after;
        }
        let is_anchored = rest.len() < path.len();
        for (index, name) in rest.iter().enumerate() {
            let module = &self.0[current];
            if let Some(child) = module.children.get(name) {
                current = *child;
            } else if module.items.contains(name) {
                return Some(current);
            } else if let Some(imported) = self.imported(current, name, depth) {
                current = imported;
            } else {
                return (is_anchored || index > 0).then_some(current);
            }
        }
        Some(current)
    }

    /// The module from which `module` imports this name.
    fn imported(&self, module: usize, name: &str, depth: usize) -> Option<usize> {
        if depth == DEEPEST {
            return None;
        }
        let Module { imports, globs, .. } = &self.0[module];
        let of_name = imports.iter().filter(|(imported, path)| imported == name && path != &[name]);
        let mut by_name = of_name.filter_map(|(_, path)| self.resolve(module, path, depth + 1));
        by_name.next().or_else(|| {
            let sources = globs.iter().filter_map(|path| self.resolve(module, path, depth + 1));
            let mut holders = sources.filter(|source| *source != module && self.holds(*source, name));
            holders.find_map(|holder| self.resolve(holder, &["self".to_owned(), name.to_owned()], depth + 1))
        })
    }

    fn holds(&self, module: usize, name: &str) -> bool {
        let Module { children, items, imports, .. } = &self.0[module];
        children.contains_key(name) || items.contains(name) || imports.iter().any(|(imported, _)| imported == name)
    }
}

/// A name, a keyword, `::` or a sign.
struct Word<'a> {
    text: &'a str,
    line: usize,
}

/// The words of a source text, without comments, literals and lifetimes.
fn words(mut rest: &str) -> Vec<Word<'_>> {
    let (mut found, mut line) = (Vec::new(), 1);
    while let Some(sign) = rest.chars().next() {
        let (length, is_word) = if let Some(length) = skipped(rest) {
            (length, false)
        } else if rest.starts_with("::") {
            (2, true)
        } else {
            (name_length(rest).max(sign.len_utf8()), true)
        };
        let (text, after) = rest.split_at(length);
        if is_word {
            found.push(Word { text, line });
        }
        line += text.matches('\n').count();
        rest = after;
    }
    found
}

fn name_length(text: &str) -> usize {
    text.find(|sign: char| !sign.is_alphanumeric() && sign != '_').unwrap_or(text.len())
}

fn is_name(word: &str) -> bool {
    word.starts_with(|sign: char| sign.is_alphabetic() || sign == '_')
}

/// Length of the white space, comment, literal or lifetime at the start of the text.
fn skipped(text: &str) -> Option<usize> {
    let sign = text.chars().next()?;
    if sign.is_whitespace() {
        Some(sign.len_utf8())
    } else if text.starts_with("//") {
        Some(text.find('\n').unwrap_or(text.len()))
    } else if text.starts_with("/*") {
        Some(text.find("*/")? + 2)
    } else if sign == '\'' {
        let (first, second) = (text[1..].chars().next()?, text[1..].chars().nth(1)?);
        Some(match (first, second) {
            ('\\', _) => 4 + text[3..].find('\'')?,
            (_, '\'') => 2 + first.len_utf8(),
            _ => 1 + name_length(&text[1..]),
        })
    } else {
        let quoted = text.trim_start_matches(['b', 'c', 'r']);
        let prefix = &text[..text.len() - quoted.len()];
        string_length(prefix, quoted)
    }
}

/// Length of the string literal that consists of `prefix` and the start of `quoted`.
fn string_length(prefix: &str, quoted: &str) -> Option<usize> {
    let raw = prefix.ends_with('r');
    let content = if raw { quoted.trim_start_matches('#') } else { quoted }.strip_prefix('"')?;
    let opening = prefix.len() + quoted.len() - content.len();
    if raw {
        let closing = format!("\"{}", "#".repeat(opening - prefix.len() - 1));
        return Some(opening + content.find(&closing)? + closing.len());
    }
    let mut escaped = false;
    let closing = content.find(|sign: char| {
        let closes = sign == '"' && !escaped;
        escaped = sign == '\\' && !escaped;
        closes
    });
    Some(opening + closing? + 1)
}

fn text<'a>(words: &[Word<'a>], at: usize) -> &'a str {
    words.get(at).map_or("", |word| word.text)
}

/// Index after the bracket that closes the one at `open`.
fn end(words: &[Word<'_>], open: usize) -> usize {
    let mut depth = 0;
    for (at, word) in words.iter().enumerate().skip(open) {
        match word.text {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
    }
    words.len()
}

/// Whether an attribute is `cfg(test)` or a `cfg` that mentions `test` without `not`.
fn is_for_tests(attribute: &[Word<'_>]) -> bool {
    let says = |name: &str| attribute.iter().any(|word| word.text == name);
    says("cfg") && says("test") && !says("not")
}

/// Index after the item that begins at `at`.
fn end_of_item(words: &[Word<'_>], mut at: usize) -> usize {
    let mut is_import = false;
    while at < words.len() {
        at = match text(words, at) {
            "(" | "[" => end(words, at),
            "{" if is_import => end(words, at),
            "{" => return end(words, at),
            ";" | "," => return at + 1,
            "}" => return at,
            word => {
                is_import |= word == "use";
                at + 1
            }
        };
    }
    at
}
