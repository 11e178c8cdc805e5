//! Artefacts from trained models: positions become ids, `f64` weights become `f32`; golden rows come from the `f64` model.

use live_pack_recommend_model::{
    Artefact,
    artefact::{Content, FORMAT, Golden, Lists, Manifest, Vectors, id::Id},
};

use crate::{
    algorithm::{Algorithm, FitError},
    fitted::{Factors, Fitted, Weights},
    log::Log,
    top::{best_unseen, keep_best},
    training::{Rows, Training},
};

/// Number of users with a golden row, spread evenly over all users.
const GOLDEN_USERS: usize = 8;

/// Number of items in a golden row: the best ones of the user.
const GOLDEN_ITEMS: usize = 10;

/// Trains on all interactions of the log.
///
/// # Errors
/// A failed training run.
pub fn train(log: &Log, algorithm: &Algorithm) -> Result<Artefact, FitError> {
    let training = Training::new(log, |_| true);
    let fitted = algorithm.fit(&training)?;
    let content = content(log, &fitted);
    let manifest = Manifest {
        format: FORMAT,
        kind: content.kind(),
        algorithm: algorithm.name().to_owned(),
        parameters: algorithm.parameters().iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        power: if let Fitted::Items { power, .. } = fitted { power } else { 0.0 },
        golden: golden(log, &training, &fitted),
    };
    Ok(Artefact { manifest, content })
}

#[expect(clippy::cast_possible_truncation, reason = "weights are rounded to f32 on purpose")]
fn content(log: &Log, fitted: &Fitted) -> Content {
    match fitted {
        Fitted::Scores(scores) => {
            let best = scores.iter().enumerate().map(|(item, score)| (position(item), *score));
            Content::Scores(Lists::new(vec![(0, named(log.items(), best.collect()))]))
        }
        Fitted::Items { weights, power } => {
            Content::Items { lists: lists(weights, log.items(), log.items()), power: *power }
        }
        Fitted::Users { neighbours, histories } => Content::Users {
            neighbours: lists(neighbours, log.users(), log.users()),
            histories: self::histories(log, histories),
        },
        Fitted::Factors { users, items } => {
            let vectors = |ids: &[i64], factors: &Factors| {
                let values = factors.values.iter().map(|value| *value as f32).collect();
                Vectors::new(ids.to_vec(), factors.dim, values)
            };
            match (vectors(log.users(), users), vectors(log.items(), items)) {
                (Some(users), Some(items)) => Content::Vectors { users, items },
                // unreachable, since there is one vector per id and ids ascend; the golden rows would refuse an empty list
                _ => Content::Scores(Lists::default()),
            }
        }
    }
}

fn position(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

fn id(ids: &[i64], at: u32) -> i64 {
    ids.get(at as usize).copied().unwrap_or_default()
}

/// Entries with ids and `f32` weights, strongest first.
#[expect(clippy::cast_possible_truncation, reason = "weights are rounded to f32 on purpose")]
fn named(ids: &[i64], mut entries: Vec<(u32, f64)>) -> Vec<(i64, f32)> {
    let all = entries.len();
    keep_best(&mut entries, all);
    entries.into_iter().map(|(at, weight)| (id(ids, at), weight as f32)).collect()
}

fn lists(weights: &Weights, keys: &[i64], ids: &[i64]) -> Lists {
    let rows = keys.iter().enumerate().map(|(row, key)| (*key, named(ids, weights.row(row).collect())));
    Lists::new(rows.collect())
}

fn histories(log: &Log, histories: &Rows) -> Lists {
    let one = |(user, items): (&i64, &[u32])| (*user, items.iter().map(|item| (id(log.items(), *item), 1.0)).collect());
    Lists::new(log.users().iter().zip(histories.iter()).map(one).collect())
}

fn golden(log: &Log, training: &Training, fitted: &Fitted) -> Vec<Golden> {
    let users = training.users();
    let chosen = match fitted {
        Fitted::Scores(_) => 1,
        _ => users.min(GOLDEN_USERS),
    };
    let mut scores = vec![0.0; training.items()];
    let mut best = Vec::new();
    let one = |number: usize| {
        let user = number * users / chosen.max(1);
        let history = training.by_user.row(user);
        let (user_id, seen): (_, &[u32]) = match fitted {
            Fitted::Scores(_) => (None, &[]),
            Fitted::Items { .. } => (None, history),
            Fitted::Users { .. } | Fitted::Factors { .. } => (Some(Id(id(log.users(), position(user)))), &[]),
        };
        fitted.score(user, history, &mut scores);
        best_unseen(&scores, seen, GOLDEN_ITEMS, &mut best);
        Golden::Items {
            user: user_id,
            history: seen.iter().map(|item| Id(id(log.items(), *item))).collect(),
            items: best.iter().map(|(item, score)| (Id(id(log.items(), *item)), *score)).collect(),
        }
    };
    // a user who has seen everything has no unseen items and gives no golden row
    let rows = (0..chosen).map(one);
    rows.filter(|row| !matches!(row, Golden::Items { items, .. } if items.is_empty())).collect()
}
