//! The first read: defaults and rejection.

use super::*;

#[test]
fn no_directory_and_an_empty_one_serve_the_defaults() {
    let centre = Centre::open(Options::default(), |conf| Ok(conf.labels.bag_max)).unwrap();
    assert_eq!((centre.snapshot().derived, &*centre.snapshot().conf), (3, &Conf::default()));
    let empty = dir(&[]);
    let centre = open(empty.path());
    assert_eq!(*centre.snapshot().conf, Conf::default());
    assert!(centre.status().iter().all(|status| status.source == Source::Default && status.rejected.is_none()));
}

#[test]
fn all_faults_of_all_files_stop_the_start() {
    let dir = dir(&[(Key::Label, r#"{"bag_max": 9, "pin_max": 9}"#), (Key::Poll, "{"), (Key::Tab, "{}")]);
    fs::write(dir.path().join("LabelConfig.json"), "{}").unwrap();
    let found = Centre::open(options(dir.path()), |_| Ok(())).unwrap_err();
    let keys: Vec<_> = found.iter().map(|fault| fault.key.as_str()).collect();
    assert_eq!(keys, ["LabelConfig.json", "LabelConf", "LabelConf", "PollConf"]);
    assert!(found[0].to_string().contains("LivePackEngineConf"), "{}", found[0]);
    assert_eq!(check_dir(dir.path(), Environment::Dev, |_| Ok(())), found);
}

#[test]
fn a_directory_that_is_not_there_stops_the_start() {
    let dir = dir(&[]);
    let found = Centre::open(options(&dir.path().join("nowhere")), |_| Ok(())).unwrap_err();
    assert!(found[0].rule.contains("directory"), "{found:?}");
}

#[test]
fn a_configuration_that_cannot_be_built_stops_the_start_and_fails_the_check() {
    let dir = dir(&[(Key::Label, r#"{"bag_max": 2}"#)]);
    let build = |conf: &Conf| match conf.labels.bag_max {
        2 => Err(vec![Fault::new(Key::Label, "bag_max", "must fit the plan", &2)]),
        _ => Ok(()),
    };
    let found = Centre::open(options(dir.path()), build).unwrap_err();
    assert_eq!(found[0].to_string(), "LabelConf.json: bag_max: must fit the plan, found 2");
    assert_eq!(check_dir(dir.path(), Environment::Dev, build), found);
}

#[test]
fn hidden_files_directories_and_a_readme_are_skipped() {
    let dir = dir(&[]);
    fs::write(dir.path().join(".hidden"), "").unwrap();
    fs::write(dir.path().join("README.md"), "").unwrap();
    fs::create_dir(dir.path().join("..2026_11_21")).unwrap();
    std::os::unix::fs::symlink("..2026_11_21", dir.path().join("..data")).unwrap();
    assert_eq!(check_dir(dir.path(), Environment::Dev, |_| Ok(())), []);
}

#[test]
fn a_dangling_link_is_not_an_absent_file() {
    let dir = dir(&[]);
    std::os::unix::fs::symlink("gone", dir.path().join("TabConf.json")).unwrap();
    assert_eq!(check_dir(dir.path(), Environment::Dev, |_| Ok(())).len(), 1);
}
