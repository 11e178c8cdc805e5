//! Data of an artefact, by kind.

use super::{ArtefactError, Kind, Lists, Manifest, Vectors, files::Folder};
use crate::{linear::LinearModel, trees::Trees};

/// Data of an artefact.
#[derive(Debug, Clone)]
pub enum Content {
    /// Items with the same score for all users, best first.
    Scores(Lists),
    /// Neighbour lists by history item, strongest first.
    Items {
        /// History item → items.
        lists: Lists,
        /// Power of the history's length by which scores are divided.
        power: f64,
    },
    /// Neighbour lists by user, and the items of each user.
    Users {
        /// User → similar users.
        neighbours: Lists,
        /// User → items, all of weight 1.
        histories: Lists,
    },
    /// Vectors whose dot product is the score.
    Vectors {
        /// Vectors of users.
        users: Vectors,
        /// Vectors of items, of the same dimension.
        items: Vectors,
    },
    /// Logistic regression over feature rows.
    Linear(LinearModel),
    /// Trees over feature rows, with their source text.
    Trees {
        /// The model.
        trees: Trees,
        /// LightGBM's text.
        text: String,
    },
}

const SCORES: &str = "scores.bin";
const ITEMS: &str = "items.bin";
const USERS: &str = "users.bin";
const NEIGHBOURS: &str = "neighbours.bin";
const HISTORIES: &str = "histories.bin";
const LINEAR: &str = "model.json";
const TREES: &str = "model.txt";

impl Content {
    /// Kind of the content.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Scores(_) => Kind::Scores,
            Self::Items { .. } => Kind::Items,
            Self::Users { .. } => Kind::Users,
            Self::Vectors { .. } => Kind::Vectors,
            Self::Linear(_) => Kind::Linear,
            Self::Trees { .. } => Kind::Trees,
        }
    }

    pub(super) fn read(files: &Folder, manifest: &Manifest) -> Result<Self, ArtefactError> {
        let damaged = |name: &str, rule| ArtefactError::Damaged { path: files.shown(name), rule };
        let lists = |name: &str| Lists::parse(&files.read(name)?).map_err(|rule| damaged(name, rule));
        let vectors = |name: &str| Vectors::parse(&files.read(name)?).map_err(|rule| damaged(name, rule));
        match manifest.kind {
            Kind::Scores => Ok(Self::Scores(lists(SCORES)?)),
            Kind::Items => Ok(Self::Items { lists: lists(ITEMS)?, power: manifest.power }),
            Kind::Users => Ok(Self::Users { neighbours: lists(NEIGHBOURS)?, histories: lists(HISTORIES)? }),
            Kind::Vectors => {
                let (users, items) = (vectors(USERS)?, vectors(ITEMS)?);
                if users.dim() != items.dim() {
                    return Err(damaged(ITEMS, "vectors must be as long as those of the users"));
                }
                Ok(Self::Vectors { users, items })
            }
            Kind::Linear => Ok(Self::Linear(files.json(LINEAR)?)),
            Kind::Trees => {
                let text = String::from_utf8(files.read(TREES)?).map_err(|_| damaged(TREES, "must be UTF-8"))?;
                let trees =
                    Trees::parse(&text).map_err(|source| ArtefactError::Trees { path: files.shown(TREES), source })?;
                Ok(Self::Trees { trees, text })
            }
        }
    }

    /// Data files with their names.
    pub(super) fn files(&self) -> Result<Vec<(&'static str, Vec<u8>)>, serde_json::Error> {
        Ok(match self {
            Self::Scores(lists) => vec![(SCORES, lists.bytes())],
            Self::Items { lists, .. } => vec![(ITEMS, lists.bytes())],
            Self::Users { neighbours, histories } => {
                vec![(NEIGHBOURS, neighbours.bytes()), (HISTORIES, histories.bytes())]
            }
            Self::Vectors { users, items } => vec![(USERS, users.bytes()), (ITEMS, items.bytes())],
            Self::Linear(model) => vec![(LINEAR, serde_json::to_vec_pretty(model)?)],
            Self::Trees { text, .. } => vec![(TREES, text.clone().into_bytes())],
        })
    }

    /// Score of one item for a user with a history, summed in `f64`; 0 if nothing connects them. Always 0 for models over
    /// feature rows.
    #[must_use]
    pub fn score(&self, user: i64, history: &[i64], item: i64) -> f64 {
        let listed = |lists: &Lists, key: i64| -> f64 {
            lists.get(key).filter(|(id, _)| *id == item).map(|(_, weight)| f64::from(weight)).sum()
        };
        match self {
            Self::Scores(lists) => listed(lists, 0),
            Self::Items { lists, power } => {
                let sum: f64 = history.iter().map(|key| listed(lists, *key)).sum();
                if history.is_empty() { 0.0 } else { sum * (history.len() as f64).powf(-power) }
            }
            Self::Users { neighbours, histories } => {
                let has = |user: i64| histories.get(user).any(|(id, _)| id == item);
                let having = neighbours.get(user).filter(|(neighbour, _)| has(*neighbour));
                having.map(|(_, weight)| f64::from(weight)).sum()
            }
            Self::Vectors { users, items } => match (users.get(user), items.get(item)) {
                (Some(user), Some(item)) => user.iter().zip(item).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum(),
                _ => 0.0,
            },
            Self::Linear(_) | Self::Trees { .. } => 0.0,
        }
    }
}
