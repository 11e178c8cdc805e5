//! Reads fields and collects all faults of a body before it is refused.

use std::ops::RangeInclusive;

use live_pack_shop::{
    Fault, Refusal,
    money::{Currency, Money},
};

use crate::json::Json;

/// Maximum length of an e-mail address, in characters.
pub(crate) const LONGEST_EMAIL: usize = 254;

/// An object whose fields are being read.
pub(crate) struct Object<'a> {
    path: String,
    entries: Vec<(&'a str, &'a Json)>,
}

/// Collects faults.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    faults: Vec<Fault>,
}

/// Path of a field within an object.
fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

impl Reader {
    /// Adds a fault.
    pub(crate) fn fault(&mut self, field: &str, rule: impl Into<String>, found: impl Into<String>) {
        self.faults.push(Fault { field: field.to_owned(), rule: rule.into(), found: found.into() });
    }

    /// Reads the fields of an object; duplicate keys are faults.
    pub(crate) fn object<'a>(&mut self, path: &str, json: &'a Json) -> Option<Object<'a>> {
        let Json::Object(all) = json else {
            self.fault(path, "an object", json.shown());
            return None;
        };
        let mut entries: Vec<(&str, &Json)> = Vec::with_capacity(all.len());
        for (name, value) in all {
            if entries.iter().any(|(known, _)| known == name) {
                self.fault(&join(path, name), "a field once", "the field twice");
            } else {
                entries.push((name, value));
            }
        }
        Some(Object { path: path.to_owned(), entries })
    }

    /// Takes a required field.
    pub(crate) fn required<'a>(&mut self, object: &mut Object<'a>, name: &str) -> Option<(String, &'a Json)> {
        let found = object.take(name);
        if found.is_none() {
            self.fault(&join(&object.path, name), "a required field", "nothing");
        }
        found
    }

    /// Takes and reads a required field.
    pub(crate) fn need<'a, T>(
        &mut self,
        object: &mut Object<'a>,
        name: &str,
        read: impl FnOnce(&mut Self, &str, &'a Json) -> Option<T>,
    ) -> Option<T> {
        let (path, json) = self.required(object, name)?;
        read(self, &path, json)
    }

    /// Takes and reads an optional field.
    pub(crate) fn maybe<'a, T>(
        &mut self,
        object: &mut Object<'a>,
        name: &str,
        read: impl FnOnce(&mut Self, &str, &'a Json) -> Option<T>,
    ) -> Option<T> {
        let (path, json) = object.take(name)?;
        read(self, &path, json)
    }

    /// Adds a fault for each field that was not taken.
    pub(crate) fn no_more(&mut self, object: Object<'_>) {
        for (name, value) in object.entries {
            self.fault(&join(&object.path, name), "no field of this name", value.shown());
        }
    }

    /// An id: a decimal string.
    pub(crate) fn id(&mut self, path: &str, json: &Json) -> Option<i64> {
        let id = match json {
            Json::Text(text) => id(text),
            _ => None,
        };
        if id.is_none() {
            self.fault(path, "an id: a string of decimal digits", json.shown());
        }
        id
    }

    /// A text whose length in characters is in a range, without control characters.
    pub(crate) fn text(&mut self, path: &str, json: &Json, length: RangeInclusive<usize>) -> Option<String> {
        let good = |text: &&String| length.contains(&text.chars().count()) && !text.contains(char::is_control);
        let text = match json {
            Json::Text(text) => Some(text).filter(good),
            _ => None,
        };
        if text.is_none() {
            let rule = format!("a string of {} to {} characters", length.start(), length.end());
            self.fault(path, rule, json.shown());
        }
        text.cloned()
    }

    /// An e-mail address: a part, one `@`, a part, together at most 254 characters without spaces.
    pub(crate) fn email(&mut self, path: &str, json: &Json) -> Option<String> {
        let plain = |part: &str| {
            !part.is_empty() && !part.contains(|sign: char| sign == '@' || sign.is_whitespace() || sign.is_control())
        };
        let good = |text: &&String| {
            text.chars().count() <= LONGEST_EMAIL && text.split_once('@').is_some_and(|(a, b)| plain(a) && plain(b))
        };
        let email = match json {
            Json::Text(text) => Some(text).filter(good),
            _ => None,
        };
        if email.is_none() {
            let rule = format!("an e-mail address of at most {LONGEST_EMAIL} characters");
            self.fault(path, rule, json.shown());
        }
        email.cloned()
    }

    /// A region: two letters from A to Z.
    pub(crate) fn region(&mut self, path: &str, json: &Json) -> Option<String> {
        let good = |text: &&String| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase());
        let region = match json {
            Json::Text(text) => Some(text).filter(good),
            _ => None,
        };
        if region.is_none() {
            self.fault(path, "an ISO 3166-1 alpha-2 code, such as \"US\"", json.shown());
        }
        region.cloned()
    }

    /// An integer in a range.
    pub(crate) fn integer(&mut self, path: &str, json: &Json, range: RangeInclusive<i64>) -> Option<i64> {
        let number = match json {
            Json::Number(number) => number.as_i64().filter(|number| range.contains(number)),
            _ => None,
        };
        if number.is_none() {
            self.fault(path, format!("a whole number from {} to {}", range.start(), range.end()), json.shown());
        }
        number
    }

    /// A boolean.
    pub(crate) fn flag(&mut self, path: &str, json: &Json) -> Option<bool> {
        let Json::Bool(flag) = json else {
            self.fault(path, "true or false", json.shown());
            return None;
        };
        Some(*flag)
    }

    /// A list whose length is in a range.
    pub(crate) fn list<'a>(&mut self, path: &str, json: &'a Json, length: RangeInclusive<usize>) -> Option<&'a [Json]> {
        let list = match json {
            Json::List(values) => Some(values.as_slice()).filter(|values| length.contains(&values.len())),
            _ => None,
        };
        if list.is_none() {
            self.fault(path, format!("a list of {} to {} values", length.start(), length.end()), json.shown());
        }
        list
    }

    /// An amount: an object with a string and a currency. A JSON number is refused.
    pub(crate) fn money(&mut self, path: &str, json: &Json) -> Option<Money> {
        let mut object = self.object(path, json)?;
        let amount = self.required(&mut object, "amount");
        let currency = self.required(&mut object, "currency");
        self.no_more(object);
        let currency = currency.and_then(|(path, json)| {
            let currency = match json {
                Json::Text(code) => Currency::of(code),
                _ => None,
            };
            if currency.is_none() {
                self.fault(&path, "an ISO 4217 code of the shop's currencies", json.shown());
            }
            currency
        });
        let (path, json) = amount?;
        let Json::Text(text) = json else {
            self.fault(&path, "a decimal number as a string, such as \"12.34\"", json.shown());
            return None;
        };
        match currency?.parse(text) {
            Ok(money) => Some(money),
            Err(rule) => {
                self.fault(&path, rule, json.shown());
                None
            }
        }
    }

    /// The value, unless there were faults.
    pub(crate) fn finish<T>(self, value: Option<T>) -> Result<T, Refusal> {
        match value {
            Some(value) if self.faults.is_empty() => Ok(value),
            _ => Err(Refusal::Invalid(self.faults)),
        }
    }
}

impl<'a> Object<'a> {
    /// Whether the object has the field and it was not taken yet.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|(known, _)| *known == name)
    }

    /// Takes a field with its path.
    pub(crate) fn take(&mut self, name: &str) -> Option<(String, &'a Json)> {
        let index = self.entries.iter().position(|(known, _)| *known == name)?;
        let (_, value) = self.entries.swap_remove(index);
        Some((join(&self.path, name), value))
    }
}

/// An id in canonical form: digits without a sign or leading zeros.
pub(crate) fn id(text: &str) -> Option<i64> {
    let canonical = !text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit());
    if canonical { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Result<(i64, Money), Refusal> {
        let json = Json::parse(body.as_bytes()).map_err(|fault| Refusal::Invalid(vec![fault]))?;
        let mut reader = Reader::default();
        let value = (|| {
            let mut object = reader.object("", &json)?;
            let (id, total) = (reader.required(&mut object, "id"), reader.required(&mut object, "total"));
            reader.no_more(object);
            let id = id.and_then(|(path, json)| reader.id(&path, json));
            let total = total.and_then(|(path, json)| reader.money(&path, json));
            Some((id?, total?))
        })();
        reader.finish(value)
    }

    #[test]
    fn all_faults_of_a_body_are_named_at_once() {
        let Err(Refusal::Invalid(mut faults)) =
            read(r#"{"id": 5, "total": {"amount": 1.5, "currency": "XXX", "x": 1}, "y": null, "y": 2}"#)
        else {
            panic!("accepted");
        };
        faults.sort_by(|a, b| a.field.cmp(&b.field).then(a.rule.cmp(&b.rule)));
        let fields: Vec<_> = faults.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(fields, ["id", "total.amount", "total.currency", "total.x", "y", "y"]);
    }

    #[test]
    fn ids_have_one_form() {
        for (text, good) in [("1", true), ("9000001001", true), ("0", false), ("01", false), ("-1", false), ("", false)]
        {
            assert_eq!(id(text).is_some(), good, "{text}");
        }
        assert_eq!(id("99999999999999999999"), None);
        assert_eq!(id("9223372036854775807"), Some(i64::MAX));
    }

    #[test]
    fn e_mails_and_regions_have_one_form() {
        let read = |text: &str| {
            let json = Json::Text(text.to_owned());
            (Reader::default().email("", &json).is_some(), Reader::default().region("", &json).is_some())
        };
        for good in ["a@b", "A.b+c@example.com", "ä@ö.example"] {
            assert_eq!(read(good), (true, false), "{good}");
        }
        let long = format!("{}@example.com", "x".repeat(243));
        for bad in ["", "a", "@", "a@", "@b", "a@b@c", "a b@c", "a@b\u{7f}", "us", "USA", "U1", &long] {
            assert_eq!(read(bad), (false, false), "{bad}");
        }
        assert_eq!(read("US"), (false, true));
    }

    #[test]
    fn missing_fields_are_named() {
        let Err(Refusal::Invalid(faults)) = read("{}") else { panic!("accepted") };
        assert_eq!(faults.len(), 2);
        assert!(read(r#"{"id": "7", "total": {"amount": "1.50", "currency": "USD"}}"#).is_ok());
    }
}
