//! The drawing surface: its width, and the capabilities of the terminal.
//!
//! A terminal gets frames and colours; a file or a pipe gets plain ASCII around the texts of the server, which are
//! unchanged. `NO_COLOR` and a dumb terminal get no escape codes. Control characters in texts are replaced by blanks.

use std::io::IsTerminal as _;

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// The width without a terminal.
const WIDTH: usize = 80;

/// Minimum and maximum width: a narrower line does not hold a price and its buttons, a wider one is hard to read.
const WIDTHS: (usize, usize) = (40, 110);

/// The style of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
    /// As the terminal writes.
    Plain,
    /// Most important.
    Bold,
    /// Least important.
    Dim,
    /// A previous price; between tildes if the terminal cannot strike through.
    Struck,
    /// Running, enabled, or cheaper.
    Good,
    /// Imminent, or nearly gone.
    Soon,
    /// Disabled or failed.
    Bad,
}

impl Ink {
    const fn code(self) -> &'static str {
        match self {
            Self::Plain => "0",
            Self::Bold => "1",
            Self::Dim => "2",
            Self::Struck => "2;9",
            Self::Good => "32",
            Self::Soon => "33",
            Self::Bad => "31",
        }
    }
}

/// Texts side by side.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Line(Vec<(Ink, String)>);

impl Line {
    /// A line that begins with a text.
    pub(super) fn of(ink: Ink, text: impl AsRef<str>) -> Self {
        Self::default().and(ink, text)
    }

    /// The line with one more text, two blanks after the last; an empty text adds nothing.
    pub(super) fn and(mut self, ink: Ink, text: impl AsRef<str>) -> Self {
        let text: String = text.as_ref().chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        if !text.trim().is_empty() {
            self.0.push((ink, text));
        }
        self
    }

    /// The line with the texts of another one.
    pub(super) fn with(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The drawing surface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Paper {
    /// Columns.
    pub(super) width: usize,
    /// Whether frames may use more than ASCII.
    pub(super) unicode: bool,
    /// Whether escape codes are understood and wanted.
    pub(super) colour: bool,
}

impl Paper {
    /// Standard output as a drawing surface.
    pub(super) fn of_stdout() -> Self {
        let terminal = std::io::stdout().is_terminal();
        let size = terminal.then(|| rustix::termios::tcgetwinsize(std::io::stdout()).ok()).flatten();
        let columns = size.map_or(WIDTH, |size| usize::from(size.ws_col));
        let is = |name: &str, test: fn(&str) -> bool| std::env::var(name).is_ok_and(|value| test(&value));
        let no_colour = is("NO_COLOR", |value| !value.is_empty()) || is("TERM", |value| value == "dumb");
        Self {
            width: if columns == 0 { WIDTH } else { columns.clamp(WIDTHS.0, WIDTHS.1) },
            unicode: terminal,
            colour: terminal && !no_colour,
        }
    }

    /// A heading across the paper.
    pub(super) fn rule(&self, title: &str) -> String {
        let bar = if self.unicode { "━" } else { "=" };
        let rest = self.width.saturating_sub(title.width() + 4);
        format!("{} {} {}", bar.repeat(2), self.inked(Ink::Bold, title), bar.repeat(rest))
    }

    /// A line, on as many rows as it needs; all but the first are indented.
    pub(super) fn line(&self, line: &Line) -> String {
        let rows: Vec<_> = self.rows(line, self.width.saturating_sub(4)).iter().map(|row| self.row(row)).collect();
        rows.join("\n    ")
    }

    /// Lines in a frame with a title.
    pub(super) fn frame(&self, title: &str, lines: &[Line]) -> String {
        let [top, left, right, bottom_left, bottom, bottom_right, side] = if self.unicode {
            ["─", "┌", "┐", "└", "─", "┘", "│"]
        } else {
            ["-", "+", "+", "+", "-", "+", "|"]
        };
        let inner = self.width.saturating_sub(4);
        let title = self.cut(title, inner.saturating_sub(2));
        let rest = top.repeat(self.width.saturating_sub(title.width() + 5));
        let mut text = format!("{left}{top} {} {rest}{right}\n", self.inked(Ink::Bold, &title));
        for row in lines.iter().flat_map(|line| self.rows(line, inner)) {
            let pad = " ".repeat(inner.saturating_sub(self.length(&row)));
            text.push_str(&format!("{side} {}{pad} {side}\n", self.row(&row)));
        }
        text + &format!("{bottom_left}{}{bottom_right}", bottom.repeat(self.width.saturating_sub(2)))
    }

    /// A bar of ten places.
    pub(super) fn meter(&self, percent: i64) -> String {
        let full = usize::try_from(percent.clamp(0, 100) / 10).unwrap_or_default();
        let (on, off) = if self.unicode { ("█", "░") } else { ("#", ".") };
        format!("[{}{}] {percent}%", on.repeat(full), off.repeat(10 - full))
    }

    /// The text, cut if it is wider.
    pub(super) fn cut(&self, text: &str, width: usize) -> String {
        if text.width() <= width {
            return text.to_owned();
        }
        let mark = if self.unicode { "…" } else { "..." };
        let mut room = width.saturating_sub(mark.width());
        let kept = text.chars().take_while(|c| {
            let wide = c.width().unwrap_or_default();
            let fits = wide <= room;
            room = room.saturating_sub(wide);
            fits
        });
        let mut cut: String = kept.collect();
        cut.push_str(mark);
        cut
    }

    /// The text, cut or filled up to a width.
    pub(super) fn column(&self, text: &str, width: usize) -> String {
        let cut = self.cut(text, width);
        let pad = " ".repeat(width.saturating_sub(cut.width()));
        cut + &pad
    }

    /// Breaks a line between its texts, and cuts those that are wider than a row.
    fn rows(&self, line: &Line, width: usize) -> Vec<Line> {
        let mut rows: Vec<Line> = Vec::new();
        for (ink, text) in &line.0 {
            let marks = if *ink == Ink::Struck && !self.colour { 2 } else { 0 };
            let text = (*ink, self.cut(text, width.saturating_sub(marks)));
            let fits = |row: &&mut Line| self.length(row) + 2 + text.1.width() + marks <= width;
            match rows.last_mut().filter(fits) {
                Some(row) => row.0.push(text),
                None => rows.push(Line(vec![text])),
            }
        }
        rows
    }

    fn length(&self, row: &Line) -> usize {
        let marks = row.0.iter().filter(|(ink, _)| *ink == Ink::Struck && !self.colour).count() * 2;
        row.0.iter().map(|(_, text)| text.width()).sum::<usize>() + 2 * row.0.len().saturating_sub(1) + marks
    }

    fn row(&self, row: &Line) -> String {
        let texts: Vec<_> = row.0.iter().map(|(ink, text)| self.inked(*ink, text)).collect();
        texts.join("  ")
    }

    fn inked(&self, ink: Ink, text: &str) -> String {
        match (self.colour, ink) {
            (_, Ink::Plain) => text.to_owned(),
            (true, _) => format!("\x1b[{}m{text}\x1b[0m", ink.code()),
            (false, Ink::Struck) => format!("~{text}~"),
            (false, _) => text.to_owned(),
        }
    }
}
