//! The table of figures.

use std::{error::Error, fmt};

/// One figure with its target.
struct Row {
    what: String,
    figure: String,
    aim: String,
    met: Option<bool>,
}

/// All figures of a run.
#[derive(Default)]
pub(crate) struct Table {
    rows: Vec<Row>,
}

impl Table {
    /// A figure without a target.
    pub(crate) fn tell(&mut self, what: impl Into<String>, figure: impl Into<String>) {
        self.rows.push(Row { what: what.into(), figure: figure.into(), aim: String::new(), met: None });
    }

    /// A figure with a maximum.
    pub(crate) fn at_most(&mut self, what: impl Into<String>, figure: f64, most: f64, unit: &str) {
        self.aimed(what.into(), figure, unit, format!("<= {most}"), figure <= most);
    }

    /// A figure with a minimum.
    pub(crate) fn at_least(&mut self, what: impl Into<String>, figure: f64, least: f64, unit: &str) {
        self.aimed(what.into(), figure, unit, format!(">= {least}"), figure >= least);
    }

    /// A measurement that ended early; its figures so far remain.
    pub(crate) fn broke(&mut self, name: &str, error: &dyn Error) {
        self.rows.push(Row {
            what: format!("{name}: {error}"),
            figure: String::new(),
            aim: String::new(),
            met: Some(false),
        });
    }

    fn aimed(&mut self, what: String, figure: f64, unit: &str, aim: String, met: bool) {
        let digits = if figure.fract() == 0.0 { 0 } else { 2 };
        let figure = format!("{figure:.digits$}{unit}");
        self.rows.push(Row { what, figure, aim: format!("{aim}{unit}"), met: Some(met) });
    }

    /// Whether all targets were met.
    pub(crate) fn all_met(&self) -> bool {
        self.rows.iter().all(|row| row.met != Some(false))
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = |of: fn(&Row) -> &str| self.rows.iter().map(|row| of(row).chars().count()).max().unwrap_or(0);
        let (what, figure, aim) = (width(|row| &row.what), width(|row| &row.figure), width(|row| &row.aim));
        for row in &self.rows {
            let verdict = match row.met {
                None => "",
                Some(true) => "met",
                Some(false) => "MISSED",
            };
            writeln!(f, "{:what$}  {:>figure$}  {:<aim$}  {verdict}", row.what, row.figure, row.aim)?;
        }
        Ok(())
    }
}
