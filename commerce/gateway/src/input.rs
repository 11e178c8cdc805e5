//! Input of a handler: the path parameter, the query and the body.

use live_pack_shop::Refusal;

use crate::{
    fields::{self, Object, Reader},
    json::Json,
};

/// Default page size.
const PAGE: i64 = 20;
/// Maximum page size.
pub(crate) const LARGEST_PAGE: i64 = 100;

/// The parts of a request.
pub(crate) struct Input {
    /// The path parameter; empty if the path has none.
    pub(crate) parameter: String,
    /// The URL's query.
    pub(crate) query: String,
    /// The body; null if the endpoint takes none.
    pub(crate) json: Json,
}

/// A body whose fields are read with all their faults.
pub(crate) trait Body: Sized {
    /// Takes the fields of the object.
    fn read(reader: &mut Reader, object: &mut Object<'_>) -> Option<Self>;
}

impl Input {
    /// The id in the path; any other text refers to no object.
    pub(crate) fn id(&self, what: &'static str) -> Result<i64, Refusal> {
        fields::id(&self.parameter).ok_or(Refusal::NotFound(what))
    }

    /// The body.
    pub(crate) fn body<T: Body>(&self) -> Result<T, Refusal> {
        let mut reader = Reader::default();
        let read = reader.object("", &self.json).and_then(|mut object| {
            let read = T::read(&mut reader, &mut object);
            reader.no_more(object);
            read
        });
        reader.finish(read)
    }

    /// The parameters of the query.
    pub(crate) fn query(&self) -> Query {
        let pairs = form_urlencoded::parse(self.query.as_bytes());
        let mut query = Query::default();
        for (name, value) in pairs {
            if query.values.iter().any(|(known, _)| *known == name) {
                query.reader.fault(&name, "a parameter once", "the parameter twice");
            } else {
                query.values.push((name.into_owned(), value.into_owned()));
            }
        }
        query
    }
}

/// Query parameters, read with all their faults.
#[derive(Default)]
pub(crate) struct Query {
    values: Vec<(String, String)>,
    reader: Reader,
}

/// A page of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Page {
    /// Number of items.
    pub(crate) size: i64,
    /// Id of the last item of the previous page.
    pub(crate) token: Option<i64>,
}

impl Query {
    fn take(&mut self, name: &str) -> Option<String> {
        let index = self.values.iter().position(|(known, _)| known == name)?;
        Some(self.values.swap_remove(index).1)
    }

    /// A parameter that is parsed with `read`.
    fn read<T>(&mut self, name: &str, rule: impl Into<String>, read: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let value = self.take(name)?;
        let read = read(&value);
        if read.is_none() {
            self.reader.fault(name, rule, value);
        }
        read
    }

    /// `page_size` and `page_token`.
    pub(crate) fn page(&mut self) -> Page {
        self.page_of(PAGE)
    }

    /// Like [`page`](Self::page), with a different default size.
    pub(crate) fn page_of(&mut self, size: i64) -> Page {
        let good = |size: &i64| (1..=LARGEST_PAGE).contains(size);
        let rule = format!("a whole number from 1 to {LARGEST_PAGE}");
        let asked = self.read("page_size", rule, |value| value.parse().ok().filter(good));
        let token = self.read("page_token", "the next_page_token of an answer", fields::id);
        Page { size: asked.unwrap_or(size), token }
    }

    /// An id.
    pub(crate) fn id(&mut self, name: &str) -> Option<i64> {
        self.read(name, "an id: decimal digits", fields::id)
    }

    /// Ids, separated by commas.
    pub(crate) fn ids(&mut self, name: &str, most: usize) -> Option<Vec<i64>> {
        self.read(name, format!("1 to {most} ids, separated by commas"), |value| {
            let ids: Option<Vec<i64>> = value.split(',').map(fields::id).collect();
            ids.filter(|ids| ids.len() <= most)
        })
    }

    /// A text without control characters.
    pub(crate) fn text(&mut self, name: &str, longest: usize) -> Option<String> {
        let rule = format!("at most {longest} characters, none of them a control character");
        self.read(name, rule, |value| {
            let good = value.chars().count() <= longest && !value.contains(char::is_control);
            good.then(|| value.to_owned())
        })
    }

    /// Adds a fault.
    pub(crate) fn fault(&mut self, name: &str, rule: &str, found: &str) {
        self.reader.fault(name, rule, found);
    }

    /// The value, unless there were faults; an unread parameter is a fault.
    pub(crate) fn finish<T>(mut self, value: T) -> Result<T, Refusal> {
        for (name, value) in std::mem::take(&mut self.values) {
            self.reader.fault(&name, "no parameter of this name", value);
        }
        self.reader.finish(Some(value))
    }
}
