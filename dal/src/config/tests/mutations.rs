//! Damaged configuration files, for `FUZZ_SECONDS` (default 2): no panic, and every fault is reported.

use std::{env, fs, path::PathBuf, time::Duration};

use serde_json::{Value, json};
use tokio::time::Instant;

use super::{super::table::ops, *};

/// xorshift64: the same choices everywhere.
struct Dice(u64);

impl Dice {
    /// Below `end`, which is above 0.
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 16).unwrap() % end
    }
}

/// Replacements for a value.
fn values() -> Vec<Value> {
    let deep = (0..100).fold(json!(1), |inner, _| json!([inner]));
    let mut values = vec![json!(null), json!(true), json!([]), json!({}), json!(""), json!("US"), json!("é"), deep];
    values.extend([json!(0), json!(-1), json!(0.001), json!(1e308), json!(u64::MAX), json!(i64::MIN), json!(101)]);
    values.extend(["1ms", "99999999999999999999d", "-1s", "1h", "*", "9".repeat(400).as_str()].map(|text| json!(text)));
    values.extend([json!(["US", "US"]), json!({"US": {}}), json!({"": 1}), json!([[]])]);
    values
}

/// Exchanges one value somewhere inside, or adds a field.
fn exchange(value: &mut Value, dice: &mut Dice) {
    let children = match value {
        Value::Array(items) => items.len(),
        Value::Object(fields) => fields.len(),
        _ => 0,
    };
    if children == 0 || dice.below(4) == 0 {
        let mut choices = values();
        *value = choices.swap_remove(dice.below(choices.len()));
        return;
    }
    let child = dice.below(children);
    match value {
        Value::Object(fields) if dice.below(8) == 0 => {
            let name = fields.keys().nth(child).unwrap().clone() + ["", "x", "."][dice.below(3)];
            fields.insert(name, json!(dice.below(100)));
        }
        Value::Object(fields) => exchange(fields.values_mut().nth(child).unwrap(), dice),
        Value::Array(items) => exchange(&mut items[child], dice),
        _ => {}
    }
}

/// Damages a text byte by byte; the result is valid UTF-8.
fn damage(text: &str, dice: &mut Dice) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..=dice.below(3) {
        let at = dice.below(bytes.len());
        match dice.below(4) {
            0 => bytes[at] = b"{}[]\",:019-.eE\\ tn\0"[dice.below(19)],
            1 => drop(bytes.remove(at)),
            2 => bytes.insert(at, bytes[dice.below(bytes.len())]),
            _ => drop(bytes.drain(at..bytes.len().min(at + dice.below(20)))),
        }
        if bytes.is_empty() {
            break;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Checks the properties that any text must have. Returns whether it is good.
fn good(key: Key, text: &str) -> bool {
    let (found, in_production) = (faults(key, text), check_text(key, Environment::Prod, text));
    if !found.is_empty() {
        assert!(!in_production.is_empty(), "{key}: production takes {text}");
        assert!(found.iter().all(|fault| fault.starts_with(&format!("{key}.json: "))), "{found:?}");
        let whole = in_production.iter().all(|fault| !fault.path.contains('?'));
        assert!(whole, "a path that serde does not know: {in_production:?}");
        return false;
    }
    assert!(serde_json::from_str::<Value>(text).unwrap().is_object(), "{key}: {text}");
    let whole = (ops(key).effective)(Some(text)).to_string();
    assert_eq!(faults(key, &whole), [""; 0], "{key}: good in short and bad in full: {text}");
    true
}

#[test]
fn damaged_files_cause_no_panic_and_bad_ones_are_refused() {
    let number = |name: &str| env::var(name).ok().and_then(|text| text.parse().ok());
    let seconds = Duration::from_secs(number("FUZZ_SECONDS").unwrap_or(2));
    let mut dice = Dice(number("FUZZ_SEED").unwrap_or(20_261_121) | 1);
    let dynamic = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../conf/dynamic");
    let read = |key: Key| fs::read_to_string(dynamic.join(format!("{key}.json"))).unwrap();
    let files = Key::ALL.map(|key| (key, read(key)));
    let (start, mut all, mut taken) = (Instant::now(), 0, 0);
    while start.elapsed() < seconds {
        for (key, text) in &files {
            let whole: Value = serde_json::from_str(text).unwrap();
            let mut exchanged = whole.clone();
            (0..=dice.below(3)).for_each(|_| exchange(&mut exchanged, &mut dice));
            taken += usize::from(good(*key, &exchanged.to_string()));
            taken += usize::from(good(*key, &damage(text, &mut dice)));
            let mut strange = whole.clone();
            strange["no_such_field"] = json!(dice.below(100));
            assert!(!good(*key, &strange.to_string()), "{key}: a field that nobody knows");
            let last = text.trim_end().len() - 1;
            let cut = (0..=dice.below(last)).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
            assert!(!good(*key, &text[..cut]), "{key}: cut off at {cut}");
            all += 4;
        }
    }
    println!("{all} files in {:.1?}, {taken} good", start.elapsed());
    assert!(taken > 0 && taken < all);
}
