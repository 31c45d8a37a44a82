//! What the suites share: finding cases.
