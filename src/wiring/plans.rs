//! Commands about configuration and plans that need no running server.

use std::path::Path;

use live_pack_dal::config::{self, Centre, Conf, Environment, Options};
use live_pack_handlers::{AnyPlan, EngineStates, Plans};
use serde_json::{Value, json};

use super::WiringError;

/// The plans of a configuration that no engine has run yet.
fn at_rest(conf: &Conf) -> Result<Plans, Vec<config::Fault>> {
    let fault = |error: prometheus::Error| vec![config::Fault::of_file("plans", error.to_string(), String::new())];
    Plans::compile(conf, &EngineStates::new().map_err(fault)?)
}

/// The output format of `live-pack explain`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum ExplainFormat {
    /// For people
    #[default]
    Text,
    /// For programs: each value with its origin
    Json,
    /// A Mermaid diagram, one per method that the engine serves
    Mermaid,
    /// A Graphviz diagram
    Dot,
}

/// The subject of `live-pack explain`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Explained<'a> {
    /// The engine or the flow.
    pub engine: &'a str,
    /// The method it runs for, if it serves several; `None`: all.
    pub method: Option<&'a str>,
    /// The folder of the hot configuration; `None`: built-in values.
    pub conf: Option<&'a Path>,
    /// The experiment and the arm of the viewer, if it has an overlay.
    pub arm: Option<(&'a str, &'a str)>,
}

/// The plans of an engine or a flow.
///
/// # Errors
/// The configuration is invalid, or there is no such engine, flow or arm.
pub fn explain(explained: Explained<'_>, format: ExplainFormat) -> Result<String, WiringError> {
    let Explained { engine, method, conf, arm } = explained;
    let options = Options { dir: conf.map(Path::to_owned), ..Options::default() };
    let centre = Centre::open(options, at_rest).map_err(|faults| WiringError::Config { faults })?;
    let snapshot = centre.snapshot();
    let overlay = arm.map(|(experiment, arm)| overlay(&snapshot.conf, experiment, arm)).transpose()?.flatten();
    let plans = snapshot.derived.under(overlay);
    let asked = |(of, named): &(&str, &str)| *named == engine && method.is_none_or(|method| method == *of);
    let all = || Plans::engines().into_iter().chain(Plans::flows());
    let found: Vec<(&str, &dyn AnyPlan)> =
        all().filter(asked).filter_map(|(method, name)| Some((method, plans.plan(method, name)?))).collect();
    if found.is_empty() {
        let mut known: Vec<_> = all().map(|(method, name)| format!("{name} (of {method})")).collect();
        known.sort();
        let asked = method.map_or_else(|| engine.to_owned(), |method| format!("{engine} of {method}"));
        return Err(WiringError::NoEngine { asked, known: known.join(", ") });
    }
    let each = |line: &dyn Fn(&str, &dyn AnyPlan) -> String| {
        let written: Vec<_> = found.iter().map(|(method, plan)| line(method, *plan)).collect();
        written.join("\n").trim_end().to_owned()
    };
    Ok(match format {
        ExplainFormat::Text => each(&|method, plan| format!("{method}\n{}", plan.explain())),
        ExplainFormat::Mermaid => each(&|method, plan| format!("%% {method}\n{}", plan.explain_mermaid())),
        ExplainFormat::Dot => each(&|method, plan| format!("// {method}\n{}", plan.explain_dot())),
        ExplainFormat::Json => {
            let plans = found.iter().map(|(method, plan)| json!({ "method": method, "plan": plan.explain_json() }));
            // `:#`: indented
            format!("{:#}", plans.collect::<Value>())
        }
    })
}

/// The overlay of an arm, if it has one.
fn overlay(conf: &Conf, experiment: &str, arm: &str) -> Result<Option<usize>, WiringError> {
    conf.experiments.overlay_of(experiment, arm).ok_or_else(|| {
        let arms = |rules: &config::ExperimentRules| {
            let names = rules.arms.iter().map(|arm| format!("{}={}", rules.name, arm.name));
            names.collect::<Vec<_>>().join(", ")
        };
        let known = conf.experiments.experiments.iter().map(arms).collect::<Vec<_>>().join(", ");
        WiringError::NoArm { asked: format!("{experiment}={arm}"), known }
    })
}

/// Every fault for which the server would refuse the hot configuration in `dir`.
#[must_use]
pub fn check_config(dir: &Path, environment: Environment) -> Vec<String> {
    let faults = config::check_dir(dir, environment, at_rest);
    faults.iter().map(ToString::to_string).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

    use super::*;

    const ENGINE: &str = "LiveBagTabEngine";

    fn written(format: ExplainFormat) -> String {
        explain(Explained { engine: ENGINE, method: Some("GetLiveBagData"), ..Explained::default() }, format).unwrap()
    }

    #[test]
    fn a_plan_is_written_in_every_format() {
        for (format, begin, part) in [
            (ExplainFormat::Text, "GetLiveBagData\nLiveBagTabEngine", "TabConverter"),
            (ExplainFormat::Mermaid, "%% GetLiveBagData\nflowchart", "TabConverter"),
            (ExplainFormat::Dot, "// GetLiveBagData\ndigraph", "TabConverter"),
        ] {
            let text = written(format);
            assert!(text.starts_with(begin) && text.contains(part), "{format:?}:\n{text}");
        }
        let json: Value = serde_json::from_str(&written(ExplainFormat::Json)).unwrap();
        assert_eq!((&json[0]["method"], &json[0]["plan"]["engine"]), (&json!("GetLiveBagData"), &json!(ENGINE)));
        assert!(json[0]["plan"]["tasks"].as_array().unwrap().iter().any(|task| task["task"] == "TabConverter"));
    }

    #[test]
    fn an_engine_of_several_methods_is_explained_for_each() {
        let json: Value = serde_json::from_str(
            &explain(Explained { engine: ENGINE, ..Explained::default() }, ExplainFormat::Json).unwrap(),
        )
        .unwrap();
        let methods: Vec<_> = json.as_array().unwrap().iter().map(|it| it["method"].as_str().unwrap()).collect();
        assert!(methods.contains(&"GetLiveBagData") && methods.contains(&"GetLiveBagTab"), "{methods:?}");
        assert!(explain(Explained { engine: "NoEngine", ..Explained::default() }, ExplainFormat::Dot).is_err());
    }

    #[test]
    fn a_flow_is_drawn_with_its_branches_in_every_format() {
        for (flow, method, parts) in [
            ("Bag", "GetLiveBagData", ["engines", "PinCardDataEngine", "empty text"]),
            ("Bag", "GetLiveBagAssemble", ["engines", "LiveBagTabEngine", "empty text"]),
            ("Assemble", "GetLiveBagAssemble", ["Bag", "RoomCommonEngine", "CreatorShopEngine"]),
            ("RoomFull", "GetRoomFullData", ["RoomDataEngine", "TopBannerEngine", "parts"]),
        ] {
            for format in [ExplainFormat::Text, ExplainFormat::Json, ExplainFormat::Mermaid, ExplainFormat::Dot] {
                let text =
                    explain(Explained { engine: flow, method: Some(method), ..Explained::default() }, format).unwrap();
                assert!(parts.iter().all(|part| text.contains(part)), "{format:?} of {flow}:\n{text}");
            }
        }
        let text = explain(
            Explained { engine: "Bag", method: Some("GetLiveBagData"), ..Explained::default() },
            ExplainFormat::Text,
        )
        .unwrap();
        let lines = [
            "GetLiveBagData",
            "Bag: no timeout of its own",
            "  1. engines: fork, joined on all",
            "     LiveBagProductsEngine [strong]",
            "     LiveBagAuctionEngine [weak, if needed]",
            "     PinCardDataEngine [weak, if needed]",
            "     LiveBagTabEngine [weak]",
            "  2. empty text",
        ];
        assert_eq!(text.lines().collect::<Vec<_>>(), lines);
    }
}
