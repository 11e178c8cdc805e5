//! The downstream answers and Redis values that went into one request, as a file of `livePackDownstreamRpcMock`.
//!
//! A recorded request bypasses both cache levels, so that each value it uses comes from a downstream answer or from a key
//! of Redis that other services write. Answers of one method are merged by key; a key that was requested twice keeps its
//! first answer.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, MutexGuard, PoisonError},
};

use jiff::Timestamp;
use live_pack_idl::{
    DownstreamMethod,
    json::{decode, path::Path, reader::Reader},
};
use pilota::{
    BytesMut,
    thrift::{Message, binary::TBinaryProtocol},
};
use serde_json::{Map, Value, json};

use crate::{Error, ErrorKind, answer_form::AnswerForm};

/// Delay of a call that had not ended when its task did: longer than any task.
const HANGS: &str = "10s";

/// A recording under way. One per request.
#[derive(Debug, Default)]
pub struct Recording {
    // std mutex: held to merge one answer, never across an await
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    answers: BTreeMap<DownstreamMethod, BTreeMap<i64, Answers>>,
    redis: BTreeMap<String, String>,
}

/// The answers of one method for one room.
#[derive(Debug, Clone, Default, PartialEq)]
struct Answers {
    /// The merged answer; `None`: no call succeeded.
    content: Option<Map<String, Value>>,
    /// Keys of calls that failed as a whole.
    lost: BTreeSet<i64>,
    /// The failure of the last call that failed.
    failure: Option<Failure>,
}

/// The failure of a call.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Failure {
    /// It failed at once, or at its deadline.
    Kind(ErrorKind),
    /// Its task abandoned it.
    Hung,
}

/// A call under way. Dropped without an end, it counts as one that hangs.
#[derive(Debug)]
pub(crate) struct Recorded<'a> {
    recording: &'a Recording,
    method: DownstreamMethod,
    room_id: i64,
    keys: &'a [i64],
    ended: bool,
}

impl Recording {
    /// Begins to record one call.
    pub(crate) const fn begin<'a>(&'a self, method: DownstreamMethod, room_id: i64, keys: &'a [i64]) -> Recorded<'a> {
        Recorded { recording: self, method, room_id, keys, ended: false }
    }

    /// Notes the values in Redis by key. Values that are not text are left out: Live Pack reads none.
    pub(crate) fn redis(&self, keys: &[String], values: &[Option<Vec<u8>>]) {
        let found = keys.iter().zip(values).filter_map(|(key, value)| {
            let text = String::from_utf8(value.clone()?).ok()?;
            Some((key.clone(), text))
        });
        self.seen().redis.extend(found);
    }

    /// The file: the recorded request at `now_ms`, with `pictures` as the URL of the picture server.
    #[must_use]
    pub fn file(&self, now_ms: i64, pictures: &str) -> Value {
        let seen = self.seen();
        let rules: Vec<Value> = seen.answers.iter().flat_map(|(method, rooms)| rules(*method, rooms.clone())).collect();
        let at = Timestamp::from_millisecond(now_ms).unwrap_or_default().to_string();
        let mut file = Map::from_iter([("recorded_at".to_owned(), at.into()), ("rules".to_owned(), rules.into())]);
        if !pictures.is_empty() {
            file.insert("pictures".to_owned(), pictures.into());
        }
        if !seen.redis.is_empty() {
            file.insert("redis".to_owned(), json!(seen.redis));
        }
        file.into()
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Recorded<'_> {
    /// Records the result of the call.
    pub(crate) fn end<R: Message>(mut self, result: &Result<R, Error>) {
        self.ended = true;
        match result {
            Ok(answer) => match as_json(self.method, answer) {
                Some(content) => self.note(|method, answers| answers.merge(method, content)),
                None => self.fail(Failure::Kind(ErrorKind::BadResponse)),
            },
            Err(error) => self.fail(Failure::Kind(error.kind)),
        }
    }

    fn fail(&self, failure: Failure) {
        self.note(|_, answers| {
            answers.failure = Some(failure);
            answers.lost.extend(self.keys);
        });
    }

    fn note(&self, change: impl FnOnce(DownstreamMethod, &mut Answers)) {
        let mut seen = self.recording.seen();
        let rooms = seen.answers.entry(self.method).or_default();
        change(self.method, rooms.entry(self.room_id).or_default());
    }
}

impl Drop for Recorded<'_> {
    fn drop(&mut self) {
        if !self.ended {
            self.fail(Failure::Hung);
        }
    }
}

impl Answers {
    /// Adds an answer of the same method; present values stay.
    fn merge(&mut self, method: DownstreamMethod, mut content: Map<String, Value>) {
        let Some(known) = &mut self.content else {
            self.content = Some(content);
            return;
        };
        let Some(form) = AnswerForm::of(method) else { return };
        let by_key = form.by_key().map(|(field, _)| field.name.as_str());
        if let Some((Some(Value::Object(known)), Some(Value::Object(new)))) =
            by_key.map(|name| (known.get_mut(name), content.remove(name)))
        {
            for (key, value) in new {
                known.entry(key).or_insert(value);
            }
        }
        if let Some((Some(Value::Array(known)), Some(Value::Array(new)))) =
            form.failed().map(|field| (known.get_mut(&field.name), content.remove(&field.name)))
        {
            let new: Vec<_> = new.into_iter().filter(|key| !known.contains(key)).collect();
            known.extend(new);
        }
    }

    /// Both merged; `None` if they contradict each other.
    fn joined(mut self, method: DownstreamMethod, other: Self) -> Option<Self> {
        let agree = match (&self.content, &other.content) {
            (Some(own), Some(others)) => agree(method, own, others),
            (None, None) => self.failure == other.failure,
            _ => AnswerForm::of(method)?.by_key().is_some(),
        };
        if !agree {
            return None;
        }
        if let Some(content) = other.content {
            self.merge(method, content);
        }
        self.lost.extend(other.lost);
        self.failure = self.failure.or(other.failure);
        Some(self)
    }

    fn rule(self, method: DownstreamMethod, room_id: Option<i64>) -> Value {
        let Self { content, lost, failure } = self;
        let mut rule = Map::new();
        let mut set = |field: &str, value: Value| drop(rule.insert(field.to_owned(), value));
        set("downstream", method.service().name().into());
        set("method", method.name().into());
        if let Some(room_id) = room_id {
            set("rooms", json!([room_id]));
        }
        match (content, failure) {
            (Some(mut content), _) => {
                let failed = AnswerForm::of(method).and_then(|form| form.failed());
                if let Some(Value::Array(failed)) = failed.and_then(|field| content.get_mut(&field.name)) {
                    let more: Vec<Value> =
                        lost.into_iter().map(Value::from).filter(|key| !failed.contains(key)).collect();
                    failed.extend(more);
                }
                set("answer", content.into());
            }
            (None, Some(Failure::Kind(kind))) => set("error", name(kind).into()),
            (None, _) => {
                set("error", name(ErrorKind::Timeout).into());
                set("delay", HANGS.into());
            }
        }
        rule.into()
    }
}

/// Whether two answers differ only in the keys that they are about.
fn agree(method: DownstreamMethod, own: &Map<String, Value>, others: &Map<String, Value>) -> bool {
    let Some(form) = AnswerForm::of(method) else { return false };
    let by_key = form.by_key().map(|(field, _)| field.name.as_str());
    let failed = form.failed().map(|field| field.name.as_str());
    let same = |(name, value): (&String, &Value)| match (value, others.get(name)) {
        (Value::Object(own), Some(Value::Object(others))) if by_key == Some(name) => {
            own.iter().all(|(key, value)| others.get(key).is_none_or(|other| other == value))
        }
        (_, Some(_)) if failed == Some(name) => true,
        (value, other) => other == Some(value),
    };
    own.len() == others.len() && own.iter().all(same)
}

/// The rules of a method: one, or one per room where rooms differ; the last is for requests without a single room.
fn rules(method: DownstreamMethod, rooms: BTreeMap<i64, Answers>) -> Vec<Value> {
    let mut all = rooms.values().cloned();
    let first = all.next().unwrap_or_default();
    let joined = all.try_fold(first, |joined, answers| joined.joined(method, answers));
    if let Some(joined) = joined {
        return vec![joined.rule(method, None)];
    }
    let (batch, single): (Vec<_>, Vec<_>) = rooms.into_iter().partition(|(room_id, _)| *room_id == 0);
    let single = single.into_iter().map(|(room_id, answers)| answers.rule(method, Some(room_id)));
    single.chain(batch.into_iter().map(|(_, answers)| answers.rule(method, None))).collect()
}

/// The name of a kind of failure in a rule. A kind that no rule can cause is one without an answer.
fn name(kind: ErrorKind) -> &'static str {
    if ErrorKind::MOCKED.contains(&kind) { kind } else { ErrorKind::Unreachable }.name()
}

/// An answer as JSON by the IDL; `None`: it does not follow the IDL.
fn as_json(method: DownstreamMethod, answer: &impl Message) -> Option<Map<String, Value>> {
    let form = AnswerForm::of(method)?;
    let mut bytes = BytesMut::new();
    answer.encode(&mut TBinaryProtocol::new(&mut bytes, false)).ok()?;
    let data = decode::structure(form.schema, form.structure, &mut Reader::new(&bytes), &Path::Root).ok()?;
    match serde_json::to_value(&data).ok()? {
        Value::Object(json) => Some(json),
        _ => None,
    }
}
