//! Which request meets which misbehaviour.

use std::collections::{BTreeMap, HashMap};

use crate::http::Request;
use crate::misbehaviour::Misbehaviour;

#[derive(Default)]
pub struct Script {
    paths: HashMap<String, Plan>,
    standing: Vec<(Fits, Misbehaviour)>,
}

type Fits = Box<dyn Fn(&Request) -> bool + Send + Sync>;

/// Requests to one path are numbered from one.
#[derive(Default)]
struct Plan {
    seen: usize,
    planned: BTreeMap<usize, Misbehaviour>,
}

impl Script {
    pub fn next(&mut self, path: &str, misbehaviour: Misbehaviour) {
        let plan = self.paths.entry(path.into()).or_default();
        let free = (1..).find(|n| !plan.planned.contains_key(&(plan.seen + n)));
        self.nth(path, free.unwrap_or(1), misbehaviour);
    }

    pub fn nth(&mut self, path: &str, n: usize, misbehaviour: Misbehaviour) {
        assert!(n > 0, "the next request is the first");
        let plan = self.paths.entry(path.into()).or_default();
        let earlier = plan.planned.insert(plan.seen + n, misbehaviour);
        assert!(
            earlier.is_none(),
            "two misbehaviours for one request to {path}"
        );
    }

    pub fn when(
        &mut self,
        fits: impl Fn(&Request) -> bool + Send + Sync + 'static,
        misbehaviour: Misbehaviour,
    ) {
        self.standing.push((Box::new(fits), misbehaviour));
    }

    pub fn behave(&mut self) {
        self.standing.clear();
    }

    /// What this request meets. What is planned for it goes before what stands, the latest of that first.
    pub fn take(&mut self, request: &Request) -> Option<Misbehaviour> {
        let plan = self.paths.entry(request.path.clone()).or_default();
        plan.seen += 1;
        plan.planned.remove(&plan.seen).or_else(|| {
            let standing = self.standing.iter().rev().find(|(fits, _)| fits(request));
            standing.map(|(_, misbehaviour)| misbehaviour.clone())
        })
    }

    pub fn left_over(&self) -> Vec<(&str, usize)> {
        let plans = self
            .paths
            .iter()
            .map(|(path, plan)| (path.as_str(), plan.planned.len()));
        plans.filter(|(_, left)| *left > 0).collect()
    }
}
