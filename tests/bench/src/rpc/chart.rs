//! Draws the report: a panel for each load, with a bar for each stack.

use plotters::prelude::*;

use super::report::{Kind, Report};

type Failure = Box<dyn std::error::Error>;

const WIDTH: u32 = 900;
const LEFT: i32 = 190;
const LINE: i32 = 18;
const HEADING: i32 = 34;
/// Pixels of the longest bar.
const LONGEST: f64 = 600.0;

/// The chart of the CPU time of calls, as SVG.
pub fn svg(report: &Report) -> Result<String, Failure> {
    let limit = report.stacks.first().ok_or("nothing was measured")?;
    let panel = HEADING + LINE * report.stacks.len() as i32;
    let height = 48 + panel * limit.loads.len() as i32;
    let mut out = String::new();
    {
        let root = SVGBackend::with_string(&mut out, (WIDTH, height as u32)).into_drawing_area();
        root.fill(&WHITE)?;
        let heading = format!(
            "CPU time of a call or item, client and server; shorter is better ({})",
            report.provenance.date
        );
        root.draw(&Text::new(heading, (12, 12), ("sans-serif", 18)))?;
        for (place, load) in limit.loads.iter().enumerate() {
            let top = 48 + panel * place as i32;
            root.draw(&Text::new(
                load.scenario.clone(),
                (12, top),
                ("sans-serif", 14),
            ))?;
            bars(&root, report, &load.scenario, top + HEADING - 14)?;
        }
        root.present()?;
    }
    Ok(out)
}

type Area<'a> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;

fn bars(root: &Area<'_>, report: &Report, scenario: &str, top: i32) -> Result<(), Failure> {
    let figures: Vec<_> = report
        .stacks
        .iter()
        .filter_map(|stack| Some((stack, stack.load(scenario)?.cpu.sum())))
        .collect();
    let longest = figures.iter().map(|(_, cpu)| *cpu).fold(1.0, f64::max);
    for (place, (stack, cpu)) in figures.into_iter().enumerate() {
        let y = top + LINE * place as i32;
        let color = color(stack.kind);
        let style = ("sans-serif", 12).into_font().color(&color);
        root.draw(&Text::new(stack.name.clone(), (24, y), style))?;
        let end = LEFT + (cpu / longest * LONGEST).max(1.0) as i32;
        root.draw(&Rectangle::new(
            [(LEFT, y + 1), (end, y + 12)],
            color.filled(),
        ))?;
        let figure = format!("{:.2} µs", cpu / 1000.0);
        root.draw(&Text::new(figure, (end + 4, y), ("sans-serif", 11)))?;
    }
    Ok(())
}

fn color(kind: Kind) -> RGBColor {
    match kind {
        Kind::Sinew => RGBColor(200, 60, 20),
        Kind::Peer => RGBColor(40, 90, 160),
        Kind::Limit => RGBColor(150, 150, 150),
    }
}
