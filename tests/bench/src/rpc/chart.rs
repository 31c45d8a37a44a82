//! Draws the report: a panel for each load, with a bar for each stack.

use plotters::prelude::*;

use super::report::{Kind, Load, Report, Stack};
use super::rounds::CPU;

type Failure = Box<dyn std::error::Error>;

/// Panels side by side.
const COLUMNS: usize = 2;
const PANEL: i32 = 480;
const TOP: i32 = 56;
const HEADING: i32 = 26;
const LINE: i32 = 17;
/// Where bars begin, from the left of a panel.
const LEFT: i32 = 205;
/// Pixels of the longest bar.
const LONGEST: f64 = 150.0;

/// The chart of the CPU time of calls, as SVG.
pub fn svg(report: &Report) -> Result<String, Failure> {
    let limit = report.stacks.first().ok_or("nothing was measured")?;
    let panels: Vec<Panel<'_>> = limit
        .loads
        .iter()
        .filter_map(|load| panel(report, load))
        .collect();
    let heights: Vec<i32> = panels.chunks(COLUMNS).map(height).collect();
    let size = (
        (PANEL * COLUMNS as i32) as u32,
        (TOP + heights.iter().sum::<i32>()) as u32,
    );
    let mut out = String::new();
    {
        let root = SVGBackend::with_string(&mut out, size).into_drawing_area();
        root.fill(&WHITE)?;
        let heading = format!(
            "CPU time of a call or item, client and server, as a multiple of the limit's; logarithmic, shorter is better ({})",
            report.provenance.date
        );
        root.draw(&Text::new(heading, (12, 16), ("sans-serif", 18)))?;
        let mut top = TOP;
        for (row, height) in panels.chunks(COLUMNS).zip(heights) {
            for (place, panel) in row.iter().enumerate() {
                draw(&root, panel, (12 + PANEL * place as i32, top))?;
            }
            top += height;
        }
        root.present()?;
    }
    Ok(out)
}

type Area<'a> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;

/// A load's name, the limit's CPU time in nanoseconds, and the stacks with theirs as multiples of it, the limit first.
struct Panel<'a> {
    load: &'a str,
    limit: f64,
    bars: Vec<(&'a Stack, f64)>,
}

fn panel<'a>(report: &'a Report, limit: &'a Load) -> Option<Panel<'a>> {
    let multiple = |stack: &'a Stack| {
        let load = stack.load(&limit.scenario)?;
        Some((stack, load.multiple(limit, CPU)?))
    };
    Some(Panel {
        load: &limit.scenario,
        limit: limit.figure(CPU)?,
        bars: report.rows().filter_map(multiple).collect(),
    })
}

fn height(row: &[Panel<'_>]) -> i32 {
    let bars = row.iter().map(|panel| panel.bars.len()).max();
    HEADING + LINE * bars.unwrap_or(0) as i32 + 14
}

fn draw(root: &Area<'_>, panel: &Panel<'_>, (left, top): (i32, i32)) -> Result<(), Failure> {
    let heading = ("sans-serif", 16).into_font().style(FontStyle::Bold);
    root.draw(&Text::new(panel.load.to_owned(), (left, top), heading))?;
    let multiples = || panel.bars.iter().map(|(_, multiple)| *multiple);
    let (least, most) = (
        multiples().fold(f64::MAX, f64::min) / 2.0,
        multiples().fold(1.0, f64::max),
    );
    for (place, (stack, multiple)) in panel.bars.iter().enumerate() {
        let y = top + HEADING + LINE * place as i32;
        let color = color(stack.kind);
        let style = ("sans-serif", 14).into_font().color(&color);
        root.draw(&Text::new(stack.name.clone(), (left + 8, y), style))?;
        let end = left + LEFT + ((multiple / least).ln() / (most / least).ln() * LONGEST) as i32;
        root.draw(&Rectangle::new(
            [(left + LEFT, y + 1), (end, y + 12)],
            color.filled(),
        ))?;
        let figure = match place {
            0 => format!("{:.2} µs", panel.limit / 1000.0),
            _ => format!("{multiple:.2} x"),
        };
        root.draw(&Text::new(figure, (end + 4, y), ("sans-serif", 13)))?;
    }
    Ok(())
}

fn color(kind: Kind) -> RGBColor {
    match kind {
        Kind::Sinew => RGBColor(200, 60, 20),
        Kind::Peer => RGBColor(40, 90, 160),
        Kind::Limit => RGBColor(150, 150, 150),
        Kind::Addition => RGBColor(220, 140, 60),
    }
}
