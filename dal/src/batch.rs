//! Verdict on the answer to a batch, in one place for every batched call.
//!
//! All keys failed: the call failed. Some keys failed: they are [`Lookup::Failed`], and the request notes their number.
//! Fewer answers than keys: the call failed, because a key without an answer is not a key that does not exist. The
//! verdict is per look-up and not per load: keys found in a cache belong to the same answer, and a load may serve
//! several requests.

use ahash::AHashSet;

use crate::{Call, Error, ErrorKind, Lookup, Origin};

/// Judges answers that are aligned with `keys`, which may repeat.
///
/// # Errors
///
/// All keys failed, or there are not as many answers as keys.
pub(crate) fn judged<V>(
    call: &Call,
    origin: impl Into<Origin>,
    keys: &[i64],
    found: Vec<Lookup<V>>,
) -> Result<Vec<Lookup<V>>, Error> {
    judge(call, origin, keys, &found)?;
    Ok(found)
}

/// Like [`judged`], for shared answers.
pub(crate) fn judge<V>(call: &Call, origin: impl Into<Origin>, keys: &[i64], found: &[Lookup<V>]) -> Result<(), Error> {
    let origin = origin.into();
    if found.len() != keys.len() {
        return Err(short(origin));
    }
    let failed = || keys.iter().zip(found).filter(|(_, answer)| answer.is_failed()).map(|(key, _)| *key);
    // the common case costs one pass and no set
    if failed().next().is_none() {
        return Ok(());
    }
    judge_failed(call, origin, keys, failed())
}

/// Judges a batch if only its failed keys are known.
///
/// # Errors
///
/// All keys failed.
pub(crate) fn judge_failed(
    call: &Call,
    origin: impl Into<Origin>,
    keys: &[i64],
    failed: impl IntoIterator<Item = i64>,
) -> Result<(), Error> {
    let origin = origin.into();
    let asked: AHashSet<i64> = keys.iter().copied().collect();
    let failed: AHashSet<i64> = failed.into_iter().filter(|key| asked.contains(key)).collect();
    match failed.len() {
        0 => Ok(()),
        all if all == asked.len() => Err(Error {
            origin,
            kind: ErrorKind::Key,
            detail: pilota::FastStr::from_string(format!("all keys failed, {all} in number")),
        }),
        some => {
            call.notes.lose_keys(call.asker, origin, some, asked.len());
            Ok(())
        }
    }
}

/// Fewer or more answers than keys.
pub(crate) fn short(origin: Origin) -> Error {
    let detail = "not as many answers as keys".into();
    Error { origin, kind: ErrorKind::BadResponse, detail }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::{
        Asker, DownstreamMethod,
        notes::Extent,
        testing::{call, millis},
    };

    const ORIGIN: Origin = Origin::Rpc(DownstreamMethod::MCheckInCart);
    const FOUND: Lookup<u8> = Lookup::Found(1);
    const MISSING: Lookup<u8> = Lookup::Missing;
    const FAILED: Lookup<u8> = Lookup::Failed;

    /// name, keys, answers, the kind of the failure or the failed and asked keys that are noted
    type Case = (&'static str, &'static [i64], &'static [Lookup<u8>], Result<Option<(usize, usize)>, ErrorKind>);

    const CASES: &[Case] = &[
        ("nothing was asked", &[], &[], Ok(None)),
        ("all found", &[1, 2], &[FOUND, FOUND], Ok(None)),
        ("all missing", &[1, 2], &[MISSING, MISSING], Ok(None)),
        ("one failed", &[1, 2, 3], &[FOUND, FAILED, MISSING], Ok(Some((1, 3)))),
        ("a failed key stands twice", &[1, 2, 2], &[FOUND, FAILED, FAILED], Ok(Some((1, 2)))),
        ("a found key stands twice", &[1, 1, 2], &[FOUND, FOUND, FAILED], Ok(Some((1, 2)))),
        ("the only key failed", &[7], &[FAILED], Err(ErrorKind::Key)),
        ("all failed", &[1, 2, 1], &[FAILED, FAILED, FAILED], Err(ErrorKind::Key)),
        ("an answer is short", &[1, 2], &[FOUND], Err(ErrorKind::BadResponse)),
        ("there is no answer", &[1], &[], Err(ErrorKind::BadResponse)),
        ("an answer too many", &[1], &[FOUND, FOUND], Err(ErrorKind::BadResponse)),
    ];

    #[test]
    fn all_failed_or_short_is_a_failed_call_and_some_failed_is_noted() {
        for (name, keys, answers, due) in CASES {
            let mut call = call(millis(1));
            call.asker = Asker { engine: "Engine", task: "Task" };
            let verdict = judged(&call, ORIGIN, keys, answers.to_vec()).map_err(|error| error.kind);
            assert_eq!(verdict.as_ref().err(), due.as_ref().err(), "{name}");
            let noted = call.notes.losses_of("Engine").into_iter().map(|loss| match loss.extent {
                Extent::Keys { failed, asked } => (loss.asker.task, loss.origin, failed, asked),
                Extent::Call(error) => unreachable!("{error}"),
            });
            let due = due.ok().flatten().map(|(failed, asked)| ("Task", ORIGIN, failed, asked));
            assert_eq!(noted.collect::<Vec<_>>(), due.into_iter().collect::<Vec<_>>(), "{name}");
        }
    }

    #[test]
    fn keys_that_were_not_requested_do_not_fail_a_batch() {
        let call = call(millis(1));
        assert!(judge_failed(&call, ORIGIN, &[1, 2], [8, 9]).is_ok());
        assert!(call.notes.losses_of("").is_empty());
        assert!(judge_failed(&call, ORIGIN, &[1, 2], [1, 2, 9]).is_err());
    }
}
