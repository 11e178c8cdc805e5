//! `live-pack demo`: walks a person through a room, drawing in the terminal what a client would draw.
//!
//! It only calls a running server over Thrift, so it shows exactly what a client gets.

mod asker;
mod card;
mod guide;
mod page;
mod paper;
#[cfg(test)]
mod tests;

use std::process::ExitCode;

use clap::{Args, ValueEnum};
use live_pack_idl::schema::Schema;
use tokio::runtime::Builder;

use self::{asker::Asker, guide::Guide, paper::Paper};
use super::{CliError, call::CallError, target::Target};
use crate::settings::Span;

/// The end of `live-pack demo --help`.
const EXAMPLES: &str = "Examples:
  live-pack demo                                  the whole walk, each step in the room that shows it best
  live-pack demo --room 2009 --language ja        one room, the texts in Japanese
  live-pack demo --steps flash-sale --frames 20   only flash sales, for longer
  live-pack demo --user 0 --pace 0ms > walk.txt   as a guest, without pauses, as plain text

It needs a running server: `make run` in another terminal.";

/// Options of `demo`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct DemoArgs {
    /// The room of every step [default: for each step the room of the demo world that shows it best]
    #[arg(long, value_name = "ID")]
    pub room: Option<i64>,
    /// The viewer; 0 is a guest
    #[arg(long, value_name = "ID", default_value_t = 101)]
    pub user: i64,
    /// The viewer's region, ISO 3166-1 [default: the server decides]
    #[arg(long, value_name = "REGION")]
    pub region: Option<String>,
    /// The viewer's language, BCP 47 [default: the region's own]
    #[arg(long, value_name = "LANGUAGE")]
    pub language: Option<String>,
    /// The server
    #[command(flatten)]
    pub target: Target,
    /// Steps to show, in this order [default: all]
    #[arg(long, value_enum, value_delimiter = ',', value_name = "STEP,…")]
    pub steps: Vec<Step>,
    /// Number of frames of an animated step
    #[arg(long, value_name = "N", default_value_t = 6, value_parser = clap::value_parser!(u16).range(1..))]
    pub frames: u16,
    /// The pause between two frames
    #[arg(long, value_name = "DURATION", default_value = "3s")]
    pub pace: Span,
    /// Time limit for an answer
    #[arg(long, value_name = "DURATION", default_value = "5s")]
    pub timeout: Span,
}

/// A step of the walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Step {
    /// Enter a room
    Enter,
    /// Open its bag
    Bag,
    /// Watch flash sales start and end
    FlashSale,
    /// Watch the host pin one product after the other
    Pin,
    /// Watch bids run, and look into a surprise set
    Auction,
    /// Find a room closed
    Close,
}

impl Step {
    /// All steps, in the order of the walk.
    const ALL: [Self; 6] = [Self::Enter, Self::Bag, Self::FlashSale, Self::Pin, Self::Auction, Self::Close];

    /// The room of the demo world that shows the step best.
    const fn room(self) -> i64 {
        match self {
            Self::Enter | Self::Bag => 1001,
            Self::FlashSale | Self::Pin => 1008,
            Self::Auction => 1006,
            Self::Close => 1003,
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Self::Enter => "Entering",
            Self::Bag => "Opening the bag",
            Self::FlashSale => "Flash sales start and end",
            Self::Pin => "The host pins",
            Self::Auction => "Bids run",
            Self::Close => "The room has closed",
        }
    }
}

/// Walks. Fails only if the server cannot be reached; a refusal by a method is part of the walk.
pub(super) fn run(args: &DemoArgs) -> Result<ExitCode, CliError> {
    let schema = Schema::embedded().map_err(CallError::from)?;
    let runtime =
        Builder::new_current_thread().enable_all().build().map_err(CliError::system("cannot start the runtime"))?;
    let guide = Guide { asker: Asker { schema: &schema, args }, paper: Paper::of_stdout(), args };
    runtime.block_on(guide.walk())?;
    Ok(ExitCode::SUCCESS)
}
