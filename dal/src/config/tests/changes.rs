//! Tests of file changes under a running process.

use std::{
    os::unix::fs::{PermissionsExt, symlink},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    time::Duration,
};

use super::*;

fn rejections(options: &Options, key: Key) -> String {
    counted(options, key.name())
}

fn counted(options: &Options, label: &str) -> String {
    let families = options.registry.gather();
    let family = families.iter().find(|family| family.name() == "live_pack_config_rejected_total").unwrap();
    let metric = family.get_metric().iter().find(|metric| metric.get_label()[0].value() == label).unwrap();
    metric.get_counter().get_value().to_string()
}

fn reload(taken: Vec<Key>, rejected: Vec<Key>) -> Reload {
    Reload { taken, rejected, ..Reload::default() }
}

fn status(centre: &Centre<()>, key: Key) -> KeyStatus {
    centre.status().into_iter().find(|status| status.key == key.name()).unwrap()
}

#[test]
fn a_good_change_takes_effect_and_is_reported() {
    let dir = dir(&[(Key::Label, r#"{"bag_max": 2}"#)]);
    let centre = open(dir.path());
    let before = centre.snapshot();
    let told = Arc::new(AtomicUsize::new(0));
    centre.on_change({
        let told = told.clone();
        move |snapshot| told.store(snapshot.conf.labels.bag_max, Ordering::Relaxed)
    });
    assert_eq!(centre.reload_now(), Reload::default());
    write(dir.path(), Key::Label, r#"{"bag_max": 1}"#);
    write(dir.path(), Key::Poll, r#"{"interval": "5s"}"#);
    assert_eq!(centre.reload_now().taken, [Key::Label, Key::Poll]);
    let after = centre.snapshot();
    assert_eq!((before.conf.labels.bag_max, after.conf.labels.bag_max, told.load(Ordering::Relaxed)), (2, 1, 1));
    assert_eq!(after.conf.poll.interval, Duration::from_secs(5));
    assert_ne!(before.version, after.version);
    assert_eq!((before.revision, after.revision), (1, 2));
    write(dir.path(), Key::Label, r#"{"bag_max": 2}"#);
    fs::remove_file(dir.path().join("PollConf.json")).unwrap();
    assert_eq!(centre.reload_now(), reload(vec![Key::Label], vec![Key::Poll]));
}

#[test]
fn a_typo_counts_once_and_the_old_value_stays_in_use() {
    let dir = dir(&[(Key::Label, r#"{"bag_max": 2}"#)]);
    let options = options(dir.path());
    let centre = Centre::open(options.clone(), |_| Ok(())).unwrap();
    write(dir.path(), Key::Label, r#"{"bag_maxx": 1, "pin_max": 99}"#);
    assert_eq!(centre.reload_now().rejected, [Key::Label]);
    assert_eq!(centre.reload_now(), Reload::default());
    assert_eq!((centre.snapshot().conf.labels.bag_max, rejections(&options, Key::Label)), (2, "1".into()));
    let rejected = status(&centre, Key::Label).rejected.unwrap();
    assert_eq!(rejected.faults.len(), 2, "{rejected:?}");
    // another key changes: the same bad file is not counted again
    write(dir.path(), Key::Tab, "{}");
    assert_eq!(centre.reload_now(), reload(vec![Key::Tab], vec![]));
    assert_eq!(rejections(&options, Key::Label), "1");
    // put right: nothing changed for readers, and nothing is refused any more
    write(dir.path(), Key::Label, r#"{"bag_max": 2}"#);
    let before = centre.snapshot().revision;
    assert_eq!(centre.reload_now(), Reload { mended: vec![Key::Label], ..Reload::default() });
    assert_eq!(centre.reload_now(), Reload::default());
    assert_eq!((centre.snapshot().revision, status(&centre, Key::Label).rejected), (before, None));
}

#[test]
fn every_kind_of_bad_file_keeps_the_last_good_value() {
    let good = r#"{"bag_max": 2}"#;
    let huge = format!("{{\"bag_max\": 1}}{}", " ".repeat(1024 * 1024));
    let bad: [(&str, &[u8]); 6] = [
        ("empty", b""),
        ("half-written", br#"{"bag_ma"#),
        ("huge", huge.as_bytes()),
        ("not UTF-8", b"{\"bag_max\": \xff}"),
        ("not an object", b"[1]"),
        ("out of range", br#"{"bag_max": 1000}"#),
    ];
    let dir = dir(&[(Key::Label, good)]);
    let options = options(dir.path());
    let centre = Centre::open(options.clone(), |_| Ok(())).unwrap();
    let path = dir.path().join("LabelConf.json");
    for (index, (what, bytes)) in bad.iter().enumerate() {
        fs::write(&path, bytes).unwrap();
        assert_eq!(centre.reload_now().rejected, [Key::Label], "{what}");
        assert_eq!(rejections(&options, Key::Label), (index + 1).to_string(), "{what}");
    }
    fs::remove_file(&path).unwrap();
    assert_eq!(centre.reload_now().rejected, [Key::Label], "deleted");
    fs::create_dir(&path).unwrap();
    assert_eq!(centre.reload_now().rejected, [Key::Label], "a directory");
    fs::remove_dir(&path).unwrap();
    fs::write(&path, r#"{"bag_max": 1}"#).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read(&path).is_err() {
        assert_eq!(centre.reload_now().rejected, [Key::Label], "permission denied");
    }
    assert_eq!(centre.snapshot().conf.labels.bag_max, 2);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(centre.reload_now().taken, [Key::Label]);
}

#[test]
fn a_change_that_cannot_be_built_is_refused_and_the_others_are_accepted() {
    let dir = dir(&[]);
    let build = |conf: &Conf| match conf.labels.bag_max {
        1 => Err(vec![Fault::new(Key::Label, "bag_max", "must fit", &1)]),
        0 => panic!("a bug"),
        max => Ok(max),
    };
    let centre = Centre::open(options(dir.path()), build).unwrap();
    write(dir.path(), Key::Label, r#"{"bag_max": 1}"#);
    write(dir.path(), Key::Poll, r#"{"interval": "5s"}"#);
    assert_eq!(centre.reload_now(), reload(vec![Key::Poll], vec![Key::Label]));
    let snapshot = centre.snapshot();
    assert_eq!((snapshot.derived, snapshot.conf.labels.bag_max), (3, 3));
    write(dir.path(), Key::Label, r#"{"bag_max": 0}"#);
    assert_eq!(centre.reload_now().rejected, [Key::Label]);
    write(dir.path(), Key::Label, r#"{"bag_max": 2}"#);
    assert_eq!(centre.reload_now().taken, [Key::Label]);
    assert_eq!(centre.snapshot().derived, 2);
}

/// A watched directory, and a channel that reports each change.
fn watched(dir: &Path) -> (Centre<()>, mpsc::Receiver<usize>, Watching) {
    let centre = open(dir);
    let (tell, told) = mpsc::channel();
    centre.on_change(move |snapshot| tell.send(snapshot.conf.labels.bag_max).unwrap_or_default());
    let watching = centre.watch();
    (centre, told, watching)
}

#[test]
fn a_written_file_takes_effect_while_watched() {
    let dir = dir(&[(Key::Label, r#"{"bag_max": 2}"#)]);
    let (_centre, told, _watching) = watched(dir.path());
    for max in [1_usize, 4, 5] {
        write(dir.path(), Key::Label, &format!("{{\"bag_max\": {max}}}"));
        assert_eq!(told.recv_timeout(Duration::from_secs(2)), Ok(max));
    }
    // as editors do it
    let beside = dir.path().join(".LabelConf.json.swp");
    fs::write(&beside, r#"{"bag_max": 6}"#).unwrap();
    fs::rename(beside, dir.path().join("LabelConf.json")).unwrap();
    assert_eq!(told.recv_timeout(Duration::from_secs(2)), Ok(6));
}

#[test]
fn a_swap_of_links_takes_effect_while_watched() {
    let dir = tempfile::tempdir().unwrap();
    let mount = dir.path();
    let version = |name: &str, max: usize| {
        fs::create_dir(mount.join(name)).unwrap();
        write(&mount.join(name), Key::Label, &format!("{{\"bag_max\": {max}}}"));
    };
    version("..1", 2);
    symlink("..1", mount.join("..data")).unwrap();
    symlink("..data/LabelConf.json", mount.join("LabelConf.json")).unwrap();
    let (centre, told, _watching) = watched(mount);
    assert_eq!(centre.snapshot().conf.labels.bag_max, 2);
    version("..2", 5);
    symlink("..2", mount.join("..data_new")).unwrap();
    fs::rename(mount.join("..data_new"), mount.join("..data")).unwrap();
    assert_eq!(told.recv_timeout(Duration::from_secs(3)), Ok(5));
}

#[test]
fn a_replaced_directory_is_noticed_by_polling() {
    let dir = tempfile::tempdir().unwrap();
    let (linked, old, new) = (dir.path().join("conf"), dir.path().join("old"), dir.path().join("new"));
    for (path, max) in [(&old, 2), (&new, 5)] {
        fs::create_dir(path).unwrap();
        write(path, Key::Label, &format!("{{\"bag_max\": {max}}}"));
    }
    symlink(&old, &linked).unwrap();
    let (_centre, told, _watching) = watched(&linked);
    symlink(&new, dir.path().join("conf.new")).unwrap();
    fs::rename(dir.path().join("conf.new"), &linked).unwrap();
    assert_eq!(told.recv_timeout(Duration::from_secs(5)), Ok(5));
}

#[test]
fn a_dropped_watch_takes_no_more_changes() {
    let dir = dir(&[(Key::Label, r#"{"bag_max": 2}"#)]);
    let (centre, told, watching) = watched(dir.path());
    drop(watching);
    write(dir.path(), Key::Label, r#"{"bag_max": 1}"#);
    // the sender lives in the centre: only time can show that nothing comes
    assert!(told.recv_timeout(Duration::from_millis(1_300)).is_err());
    assert_eq!(centre.reload_now().taken, [Key::Label]);
}

#[test]
fn a_stray_file_is_reported_once_and_has_no_effect() {
    let dir = dir(&[(Key::Label, r#"{"bag_max": 2}"#)]);
    let options = options(dir.path());
    let centre = Centre::open(options.clone(), |_| Ok(())).unwrap();
    let stray = dir.path().join("TabConf.jsn");
    fs::write(&stray, "{}").unwrap();
    let told = centre.reload_now();
    assert!(matches!(&told.strange[..], [fault] if fault.key == "TabConf.jsn"), "{told:?}");
    assert_eq!(centre.reload_now(), Reload::default(), "told once");
    assert_eq!((counted(&options, "other"), centre.strange().len()), ("1".into(), 1));
    // other keys are unaffected
    write(dir.path(), Key::Label, r#"{"bag_max": 1}"#);
    assert_eq!(centre.reload_now(), reload(vec![Key::Label], vec![]));
    fs::remove_file(&stray).unwrap();
    assert_eq!((centre.reload_now(), centre.strange()), (Reload::default(), vec![]));
}

#[test]
fn of_very_many_stray_files_a_few_are_named() {
    let dir = dir(&[]);
    for number in 0..1_000 {
        fs::write(dir.path().join(format!("x{number:04}")), "").unwrap();
    }
    let faults = check_dir(dir.path(), Environment::Dev, |_| Ok(()));
    assert_eq!(faults.len(), 33);
    assert!(faults[32].to_string().ends_with("must hold no other files, found 968 more of them"), "{}", faults[32]);
}

#[test]
fn leftovers_of_editors_are_skipped_at_the_start_and_later() {
    let dir = dir(&[(Key::Tab, "{}")]);
    let centre = open(dir.path());
    for name in
        [".TabConf.json.swp", "TabConf.json~", "#TabConf.json#", ".#TabConf.json", "TabConf.json.bak", "x.swp", "~"]
    {
        fs::write(dir.path().join(name), "no JSON").unwrap();
    }
    assert_eq!(centre.reload_now(), Reload::default());
    open(dir.path());
    assert_eq!(check_dir(dir.path(), Environment::Prod, |_| Ok(())), []);
}

#[test]
fn a_missing_directory_is_one_fault_and_all_values_stay_in_use() {
    let parent = tempfile::tempdir().unwrap();
    let (conf, aside) = (parent.path().join("conf"), parent.path().join("aside"));
    fs::create_dir(&conf).unwrap();
    write(&conf, Key::Label, r#"{"bag_max": 2}"#);
    let centre = open(&conf);
    fs::rename(&conf, &aside).unwrap();
    let told = centre.reload_now();
    assert!(told.rejected.is_empty() && told.strange[0].rule.contains("directory"), "{told:?}");
    assert_eq!((centre.reload_now(), centre.snapshot().conf.labels.bag_max), (Reload::default(), 2));
    fs::rename(&aside, &conf).unwrap();
    assert_eq!((centre.reload_now(), centre.strange()), (Reload::default(), vec![]));
}

#[test]
fn a_file_that_would_block_is_refused_and_the_other_keys_are_unaffected() {
    let dir = dir(&[(Key::Label, r#"{"bag_max": 2}"#)]);
    let centre = open(dir.path());
    let path = dir.path().join("LabelConf.json");
    fs::remove_file(&path).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
    write(dir.path(), Key::Poll, r#"{"interval": "5s"}"#);
    assert_eq!(centre.reload_now(), reload(vec![Key::Poll], vec![Key::Label]));
    let fault = status(&centre, Key::Label).rejected.unwrap().faults[0].to_string();
    assert_eq!(fault, "LabelConf.json: must be a readable file, found a FIFO, not a regular file");
    assert_eq!(check_dir(dir.path(), Environment::Dev, |_| Ok(()))[0].to_string(), fault);
    assert_eq!(Centre::open(options(dir.path()), |_| Ok(())).unwrap_err()[0].to_string(), fault);
}
