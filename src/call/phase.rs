//! The phases of a call in a contact centre.

/// How long a call was in a phase.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Phase {
    pub name: PhaseName,
    /// The system's key of the user whose phase it is; None: of the whole call.
    pub operator: Option<String>,
    pub seconds: u32,
}

/// The phases of a call in a contact centre.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PhaseName {
    /// From its beginning to the start of routing.
    Created,
    /// From there to the choice of the first operator.
    InQueue,
    /// From there until an operator accepted.
    Waiting,
    /// Work before the call: from the acceptance to the client.
    BeforeCallWork,
    /// Both talk.
    Active,
    /// Work after the call: from the end of the talk until the last operator concluded.
    AfterCallWork,
    /// As [`Self::Waiting`], from the choice of one operator.
    OperatorQueue,
    /// As [`Self::AfterCallWork`], of one operator.
    OperatorAfterCallWork,
    /// From its beginning until the client was there.
    Ringing,
    /// From the exchange to an operator.
    Exchange,
}

impl PhaseName {
    pub const ALL: [Self; 10] = [
        Self::Created,
        Self::InQueue,
        Self::Waiting,
        Self::BeforeCallWork,
        Self::Active,
        Self::AfterCallWork,
        Self::OperatorQueue,
        Self::OperatorAfterCallWork,
        Self::Ringing,
        Self::Exchange,
    ];

    /// As the database has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::InQueue => "in_queue",
            Self::Waiting => "waiting",
            Self::BeforeCallWork => "bcw",
            Self::Active => "active",
            Self::AfterCallWork => "acw",
            Self::OperatorQueue => "operator_queue",
            Self::OperatorAfterCallWork => "operator_acw",
            Self::Ringing => "ringing",
            Self::Exchange => "exchange",
        }
    }

    /// Whether the routing history tells it, which is asked for call by call.
    pub fn is_of_history(self) -> bool {
        matches!(
            self,
            Self::Created | Self::InQueue | Self::Waiting | Self::OperatorQueue
        )
    }
}
