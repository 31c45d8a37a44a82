//! Draws the report: one row of bars for each peer, in panels by dataset and task.

use plotters::prelude::*;

use super::report::{Dataset, Kind, Peer, Report};

type Failure = Box<dyn std::error::Error>;

const PANEL: (u32, u32) = (330, 250);
const MARGIN: (i32, i32) = (150, 64);

/// The panels of a dataset.
const COLUMNS: [(&str, Figure); 3] = [
    ("size", |peer| peer.bytes),
    ("encode", |peer| peer.encode.map(|time| time.min)),
    ("owned decode", |peer| peer.decode.map(|time| time.min)),
];

/// A figure of a peer, if it has it.
type Figure = fn(&Peer) -> Option<f64>;

/// The chart of the first allocator as SVG.
pub fn svg(report: &Report) -> Result<String, Failure> {
    let run = report.runs.first().ok_or("nothing was measured")?;
    let mut out = String::new();
    let width = MARGIN.0 as u32 + PANEL.0 * COLUMNS.len() as u32;
    let height = MARGIN.1 as u32 + PANEL.1 * run.datasets.len() as u32;
    {
        let root = SVGBackend::with_string(&mut out, (width, height)).into_drawing_area();
        root.fill(&WHITE)?;
        let heading = format!(
            "Relative to prost, smaller is better ({}, {})",
            run.allocator, report.provenance.date
        );
        root.draw(&Text::new(heading, (12, 12), ("sans-serif", 18)))?;
        for (row, dataset) in run.datasets.iter().enumerate() {
            let top = MARGIN.1 + row as i32 * PANEL.1 as i32;
            names(&root, dataset, top)?;
            for (column, (title, figure)) in COLUMNS.iter().enumerate() {
                let left = MARGIN.0 + column as i32 * PANEL.0 as i32;
                let heading = format!("{}: {title}", dataset.name);
                root.draw(&Text::new(heading, (left, top - 22), ("sans-serif", 14)))?;
                bars(&root, dataset, *figure, (left, top))?;
            }
        }
        root.present()?;
    }
    Ok(out)
}

type Area<'a> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;

fn names(root: &Area<'_>, dataset: &Dataset, top: i32) -> Result<(), Failure> {
    for (place, peer) in dataset.peers.iter().enumerate() {
        let style = ("sans-serif", 12).into_font().color(&color(peer.kind));
        root.draw(&Text::new(
            peer.name.clone(),
            (12, top + line(dataset, place)),
            style,
        ))?;
    }
    Ok(())
}

/// Bars from zero. One that is much longer than prost's ends at the panel's edge, with its figure.
fn bars(
    root: &Area<'_>,
    dataset: &Dataset,
    figure: Figure,
    (left, top): (i32, i32),
) -> Result<(), Failure> {
    const LONGEST: f64 = 2.0;
    const UNIT: f64 = 130.0;
    let Some(base) = figure(&dataset.peers[0]) else {
        return Ok(());
    };
    for (place, peer) in dataset.peers.iter().enumerate() {
        let Some(own) = figure(peer) else { continue };
        let ratio = own / base;
        let y = top + line(dataset, place);
        let end = left + (ratio.min(LONGEST) * UNIT).max(1.0) as i32;
        root.draw(&Rectangle::new(
            [(left, y + 1), (end, y + 12)],
            color(peer.kind).filled(),
        ))?;
        root.draw(&Text::new(
            format!("{ratio:.2}"),
            (end + 4, y),
            ("sans-serif", 11),
        ))?;
    }
    let one = left + UNIT as i32;
    let bottom = top + line(dataset, dataset.peers.len());
    root.draw(&PathElement::new(
        vec![(one, top), (one, bottom)],
        BLACK.mix(0.3),
    ))?;
    Ok(())
}

/// The vertical position of the peer's row in its panel.
fn line(dataset: &Dataset, place: usize) -> i32 {
    (place * (PANEL.1 as usize - 34) / dataset.peers.len()) as i32
}

fn color(kind: Kind) -> RGBColor {
    match kind {
        Kind::Sinew => RGBColor(200, 60, 20),
        Kind::Evolvable => RGBColor(40, 90, 160),
        Kind::Fixed => RGBColor(130, 130, 130),
        Kind::Floor => RGBColor(190, 190, 190),
    }
}
