//! Compares the files under `conf/` with the code. `UPDATE_SCHEMAS=1` rewrites the schemas.

use std::{fs, path::PathBuf};

use serde_json::Value;

use super::{super::table::ops, *};

fn conf(part: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../conf").join(part)
}

#[test]
fn the_schemas_are_those_of_the_types() {
    for key in Key::ALL {
        let path = conf("schema").join(format!("{key}.schema.json"));
        let mut schema = (ops(key).schema)();
        schema.insert("title".into(), key.name().into());
        let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        if std::env::var_os("UPDATE_SCHEMAS").is_some() {
            fs::create_dir_all(conf("schema")).unwrap();
            fs::write(&path, &text).unwrap();
        }
        assert_eq!(fs::read_to_string(&path).unwrap_or_default(), text, "{key}: run with UPDATE_SCHEMAS=1");
    }
}

#[test]
fn the_shipped_files_are_the_defaults() {
    for key in Key::ALL {
        let text = fs::read_to_string(conf("dynamic").join(format!("{key}.json"))).unwrap();
        assert_eq!(faults(key, &text), [""; 0]);
        let shipped: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(shipped, (ops(key).effective)(None), "{key}: not the defaults");
    }
    let none = check_dir(&conf("dynamic"), Environment::Prod, |conf| {
        assert_eq!(*conf, Conf::default());
        Ok(())
    });
    assert_eq!(none, []);
}

#[test]
fn the_shipped_engines_of_the_bag_have_a_switch_to_flip() {
    let conf = Conf::default();
    for engine in ["LiveBagProductsEngine", "LiveBagAuctionEngine", "PinCardDataEngine", "LiveBagTabEngine"] {
        let effective = conf.engines.effective("GetLiveBagData", engine);
        assert_eq!((effective.timeout().as_millis(), effective.reserve().as_millis()), (300, 20), "{engine}");
    }
    let effective = conf.engines.effective("GetLiveBagData", "LiveBagProductsEngine");
    let task = &effective.tasks["ProductAtmosphereLoader"];
    assert!(task.enabled.as_ref().unwrap().value);
    assert_eq!(task.timeout.as_ref().unwrap().value.as_millis(), 80);
    assert_eq!(task.timeout.as_ref().unwrap().origin.to_string(), "engines[0] (GetLiveBagData/LiveBagProductsEngine)");
}

#[test]
fn the_readme_names_every_key_and_every_field() {
    let readme = fs::read_to_string(conf("README.md")).unwrap();
    for key in Key::ALL {
        assert!(readme.contains(&format!("`{key}`")), "{key}");
        let mut schema = (ops(key).schema)().to_value();
        let mut missing = Vec::new();
        fields(&mut schema, &mut |field| {
            if !readme.contains(&format!("`{field}`")) {
                missing.push(field.to_owned());
            }
        });
        assert_eq!(missing, [""; 0], "{key}");
    }
}

fn fields(schema: &mut Value, seen: &mut impl FnMut(&str)) {
    let Some(object) = schema.as_object_mut() else { return };
    for (name, inner) in object {
        if let (true, Some(properties)) = (name == "properties", inner.as_object_mut()) {
            for (field, inner) in properties {
                seen(field);
                fields(inner, seen);
            }
        } else if let (true, Some(defs)) = (name == "$defs", inner.as_object_mut()) {
            for (_, inner) in defs {
                fields(inner, seen);
            }
        } else {
            fields(inner, seen);
        }
    }
}
