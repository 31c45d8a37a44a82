//! A short version of `sinew-promises rpc`: counts and outcomes, no times.

use std::time::Duration;

use sinew_promises::dice::Dice;
use sinew_promises::rpc::door::Carrier;
use sinew_promises::rpc::node::Program;
use sinew_promises::rpc::{burdens, descriptors, floods, kills, proxy, restarts, simulation, slow};

fn program() -> Program {
    Program {
        path: env!("CARGO_BIN_EXE_sinew-promises").into(),
        scratch: env!("CARGO_TARGET_TMPDIR").into(),
    }
}

fn run<T>(trial: impl Future<Output = std::io::Result<T>>) -> T {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(2).enable_all().build();
    let runtime = runtime.expect("a runtime starts");
    runtime.block_on(trial).expect("servers run")
}

#[test]
fn killed_servers_leave_no_lie_behind() {
    let effort = kills::Effort {
        rounds: 8,
        calls: 200,
    };
    let section = run(kills::kills(&program(), &mut Dice::new(1), effort));
    assert_eq!(section.figure("calls"), 1600.0);
}

#[test]
fn calls_to_frozen_servers_end() {
    let effort = kills::Effort {
        rounds: 3,
        calls: 200,
    };
    let section = run(kills::frosts(
        &program(),
        Carrier::Tcp,
        &mut Dice::new(2),
        effort,
    ));
    assert_eq!(section.figure("calls"), 600.0);
}

#[test]
fn calls_through_a_harmful_proxy_end() {
    let section = run(proxy::calls(
        &program(),
        Carrier::Tcp,
        &mut Dice::new(3),
        4,
        100,
    ));
    assert_eq!(section.figure("calls"), 400.0);
}

#[test]
fn no_call_is_executed_twice_when_connections_are_cut() {
    let section = simulation::worlds(1, 4000);
    assert!(
        section.figure("of those after another try") > 0.0,
        "{section}"
    );
    assert!(
        section.figure("not executed, and said so") > 0.0,
        "{section}"
    );
}

#[test]
fn no_call_fails_while_servers_are_restarted() {
    let section = run(restarts::rolling(&program(), 6));
    assert_eq!(section.figure("failed calls"), 0.0);
}

#[test]
fn a_server_without_descriptors_serves_whom_it_has() {
    run(descriptors::exhausted(&program(), Duration::ZERO));
}

#[test]
fn floods_end_with_their_connections() {
    let effort = floods::Effort {
        clients: 1,
        connections: 2,
        time: Duration::MAX,
        quiet: Duration::from_millis(100),
    };
    for section in run(floods::all(&program(), Carrier::Tcp, effort)) {
        assert_eq!(
            section.figure("connections, each closed by the server"),
            2.0,
            "{section}"
        );
    }
}

#[test]
fn who_keeps_the_rules_costs_no_more_than_that() {
    for section in run(burdens::all(
        &program(),
        Carrier::Tcp,
        2,
        Duration::from_millis(200),
    )) {
        assert!(section.figure("honest calls, beside it") > 0.0, "{section}");
    }
}

#[test]
fn slow_clients_are_let_go_of() {
    std::thread::scope(|scope| {
        for kind in slow::Kind::ALL {
            scope.spawn(move || run(slow::one(&program(), Carrier::Tcp, kind, 20)));
        }
    });
}

/// Does the same over each carrier that is not TCP alone.
fn on_others(trial: impl Fn(Carrier) + Sync) {
    std::thread::scope(|scope| {
        for carrier in Carrier::OTHERS {
            scope.spawn(|| trial(*carrier));
        }
    });
}

#[test]
fn calls_to_frozen_servers_end_whatever_carries_them() {
    on_others(|carrier| {
        let effort = kills::Effort {
            rounds: 1,
            calls: 100,
        };
        let dice = &mut Dice::new(4);
        let section = run(kills::frosts(&program(), carrier, dice, effort));
        assert_eq!(section.figure("calls"), 100.0);
        if carrier != Carrier::Unix {
            let section = run(proxy::calls(&program(), carrier, dice, 2, 50));
            assert_eq!(section.figure("calls"), 100.0);
        }
    });
}

#[test]
fn floods_end_with_their_connections_whatever_carries_them() {
    on_others(|carrier| {
        let effort = floods::Effort {
            clients: 1,
            connections: 1,
            time: Duration::MAX,
            quiet: Duration::ZERO,
        };
        for section in run(floods::all(&program(), carrier, effort)) {
            let closed = section.figure("connections, each closed by the server");
            assert_eq!(closed, 1.0, "{section}");
        }
    });
}

#[test]
fn who_keeps_the_rules_costs_no_more_than_that_whatever_carries_it() {
    on_others(|carrier| {
        let time = Duration::from_millis(100);
        for section in run(burdens::all(&program(), carrier, 1, time)) {
            assert!(section.figure("honest calls, beside it") > 0.0, "{section}");
        }
    });
}

#[test]
fn slow_clients_are_let_go_of_whatever_carries_them() {
    on_others(|carrier| {
        std::thread::scope(|scope| {
            for kind in slow::Kind::ALL {
                scope.spawn(move || run(slow::one(&program(), carrier, kind, 5)));
            }
        });
    });
}
