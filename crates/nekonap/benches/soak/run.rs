//! One run: starts everything, lets time pass with restarts, and lets everything arrive at the end.

use crate::{
    calls::{self, Results},
    endpoint,
    frameworks::{Calm, Listening},
    ledger::{Ledger, Tally},
    options::Options,
    program::{End, Program},
    report::{Files, Report},
    talk, trouble,
    world::{self, Api},
};
use std::{
    fs, io,
    net::TcpListener,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{task::JoinSet, time::sleep};

/// Time between two looks at the programs.
const LOOK: Duration = Duration::from_secs(1);
/// Limits of the time between two restarts. In between, a run has eight.
const RESTART: [Duration; 2] = [Duration::from_secs(20), Duration::from_secs(240)];
/// Limits of the time between two reports. In between, a run has ten.
const REPORT: [Duration; 2] = [Duration::from_secs(10), Duration::from_secs(120)];
/// How long the last messages may take to reach every connection with `replay`.
const ARRIVAL: Duration = Duration::from_secs(90);
/// How long the frameworks may take to be connected at the start.
const CONNECTING: Duration = Duration::from_secs(60);

/// Runs the soak; prints and writes the report.
///
/// # Errors
/// It cannot run, or something is wrong at the end: the message says what.
pub(crate) async fn run(options: &Options) -> Result<(), String> {
    let mut soak = Soak::start(options).await?;
    soak.talk(options).await?;
    soak.arrive().await?;
    soak.report.finish(&options.json)
}

/// Everything that a run consists of.
struct Soak {
    begun: Instant,
    world: Program,
    endpoint: Program,
    endpoint_ports: endpoint::Ports,
    api: Api,
    frameworks: JoinSet<()>,
    calm: Calm,
    ledger: Arc<Ledger>,
    tallies: Vec<Arc<Tally>>,
    results: Arc<Results>,
    report: Report,
    restarts: u32,
}

impl Soak {
    /// Starts both programs and all frameworks, and waits until they are connected.
    async fn start(options: &Options) -> Result<Self, String> {
        let folder = &options.folder;
        match fs::remove_dir_all(folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(format!("{}: {error}", folder.display()));
            }
            _ => {}
        }
        fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let [http, ws, wire, bot_http, bot_ws, ws_replay] =
            free_ports().map_err(|error| error.to_string())?;
        let world_ports = world::Ports { http, ws, wire };
        let endpoint_ports = endpoint::Ports {
            http: bot_http,
            ws: bot_ws,
            ws_replay,
        };
        let listening = Listening::open().await.map_err(|error| error.to_string())?;
        let (world, keys) = world::start(&options.binary, folder, &world_ports).await?;
        let api = Api::new(http)?;
        let endpoint = endpoint::start(
            &options.binary,
            folder,
            endpoint_ports,
            &listening.urls,
            (wire, &keys, &api),
        )
        .await?;

        let mut frameworks = JoinSet::new();
        let calm = Calm::default();
        let ledger = Arc::new(Ledger::default());
        let tallies = listening.start(&mut frameworks, endpoint_ports, &ledger, &calm);
        let connecting = Instant::now();
        while let Some(absent) = tallies.iter().find(|tally| tally.connects() == 0) {
            if connecting.elapsed() > CONNECTING {
                return Err(format!("no connection: {}", absent.name));
            }
            sleep(LOOK / 10).await;
        }
        // A new connection begins now: it must stand before the first message.
        sleep(LOOK).await;
        Ok(Self {
            begun: Instant::now(),
            world,
            endpoint,
            endpoint_ports,
            api,
            frameworks,
            calm,
            ledger,
            tallies,
            results: Arc::default(),
            report: Report::new(files(folder)),
            restarts: 0,
        })
    }

    /// Lets people talk and bots call, with faults and restarts.
    async fn talk(&mut self, options: &Options) -> Result<(), String> {
        let mut traffic = JoinSet::new();
        talk::start(&mut traffic, &self.api, &self.ledger, options.rate);
        calls::start(&mut traffic, self.endpoint_ports, &self.results);
        traffic.spawn(trouble::start(self.api.clone()));
        let between = |[shortest, longest]: [Duration; 2], parts: u32| {
            (options.length / parts).clamp(shortest, longest)
        };
        let (restart, print) = (between(RESTART, 8), between(REPORT, 10));
        let (mut next_restart, mut next_print) = (restart, print);
        while self.begun.elapsed() < options.length {
            sleep(LOOK).await;
            self.look()?;
            if self.begun.elapsed() >= next_restart {
                next_restart += restart;
                self.restart().await?;
            }
            if self.begun.elapsed() >= next_print {
                next_print += print;
                self.print();
            }
        }
        traffic.shutdown().await;
        Ok(())
    }

    /// Ends all trouble, waits until the last messages have arrived, and ends both programs.
    async fn arrive(&mut self) -> Result<(), String> {
        self.api.clear_faults().await;
        self.calm.begin();
        let last = Instant::now();
        while last.elapsed() < ARRIVAL {
            self.look()?;
            let mut replaying = self.tallies.iter().filter(|tally| tally.replay);
            if replaying.all(|tally| tally.summary().missing == 0) {
                break;
            }
            sleep(LOOK).await;
        }
        let arrived = last.elapsed();
        // What comes now would be a repeat.
        sleep(LOOK * 2).await;
        self.look()?;
        self.endpoint.end(End::Terminate).await;
        self.world.end(End::Terminate).await;
        self.frameworks.shutdown().await;
        self.print();
        println!("the last messages took {:.1} s", arrived.as_secs_f64());
        Ok(())
    }

    fn look(&mut self) -> Result<(), String> {
        self.world.look()?;
        self.endpoint.look()?;
        self.report.look();
        Ok(())
    }

    fn print(&mut self) {
        self.report.print(
            self.begun.elapsed(),
            [&self.world, &self.endpoint],
            &self.ledger,
            &self.tallies,
            &self.results,
        );
    }

    /// Restarts one of the programs: the endpoint three times of four; by SIGKILL and SIGTERM in turn.
    async fn restart(&mut self) -> Result<(), String> {
        let how = if self.restarts.is_multiple_of(2) {
            End::Kill
        } else {
            End::Terminate
        };
        let program = match self.restarts % 8 {
            2 | 5 => &mut self.world,
            _ => &mut self.endpoint,
        };
        self.restarts += 1;
        program.end(how).await;
        program.start_again()?;
        program.ready().await
    }
}

/// Ports that are free now. Port 0 would change at each restart.
fn free_ports<const N: usize>() -> io::Result<[u16; N]> {
    let mut ports = [0; N];
    let mut held = Vec::new();
    for port in &mut ports {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        *port = listener.local_addr()?.port();
        held.push(listener);
    }
    Ok(ports)
}

/// The databases whose size is reported.
fn files(folder: &Path) -> Files {
    Files::new([
        ("world.db", folder.join("world/world/world.db")),
        ("archive.db", folder.join("endpoint/archive.db")),
    ])
}
