//! The known name nearest to an unknown one.

/// The known name with the smallest edit distance, if at most a third of its letters (but at least two) may differ.
pub(crate) fn nearest<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let distance = |other: &str| strsim::damerau_levenshtein(&name.to_lowercase(), &other.to_lowercase());
    let best = known.into_iter().map(|other| (distance(other), other)).min()?;
    let letters = best.1.chars().count();
    (best.0 <= (letters / 3).max(2) && best.0 < letters).then_some(best.1)
}

/// Text for a message: the nearest name, if any, and all known names.
pub(crate) fn known<'n>(name: &str, names: impl IntoIterator<Item = &'n str> + Clone) -> String {
    let all: Vec<_> = names.clone().into_iter().collect();
    let all = if all.is_empty() { "none".into() } else { all.join(", ") };
    match nearest(name, names) {
        Some(near) => format!("nearest is {near:?}; known are {all}"),
        None => format!("known are {all}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_name_finds_the_nearest_and_an_unrelated_one_finds_none() {
        let names = ["rerank.topn", "rerank.dpp", "recall.static"];
        assert_eq!(nearest("rerank.top_n", names), Some("rerank.topn"));
        assert_eq!(nearest("Recall.Static", names), Some("recall.static"));
        assert_eq!(nearest("banana", names), None);
        assert_eq!(known("x", []), "known are none");
    }
}
