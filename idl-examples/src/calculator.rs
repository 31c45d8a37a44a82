//! `calculator`: several methods, and errors that the caller can match on.

use sinew::{Ctx, Server, Status};

use crate::idl::calculator::calculator::{AddError, DivideError, SumError};
use crate::idl::calculator::{
    Calculator, CalculatorClient, CalculatorServer, Division, DivisionByZero, Overflow,
};

/// Calculates with checked arithmetic.
#[derive(Debug)]
pub struct Checked;

impl Calculator for Checked {
    async fn add(&self, _cx: Ctx, a: i64, b: i64) -> Result<i64, AddError> {
        Ok(a.checked_add(b).ok_or(Overflow {})?)
    }

    async fn sum(&self, _cx: Ctx, numbers: Vec<i64>) -> Result<i64, SumError> {
        let sum = numbers.into_iter().try_fold(0i64, i64::checked_add);
        Ok(sum.ok_or(Overflow {})?)
    }

    async fn divide(&self, _cx: Ctx, dividend: i64, divisor: i64) -> Result<Division, DivideError> {
        if divisor == 0 {
            return Err(DivisionByZero::new(dividend).into());
        }
        let quotient = dividend.checked_div(divisor).ok_or(Overflow {})?;
        Ok(Division::new(quotient, dividend.wrapping_rem(divisor)))
    }
}

/// A server that answers `calculator.Calculator`.
pub fn server() -> Server {
    Server::new().add(CalculatorServer::new(Checked))
}

/// Calculates through the server at `address`, including what cannot be calculated.
///
/// # Errors
/// The status of a call that failed for a reason the schema does not declare.
pub async fn client(address: String) -> Result<(), Status> {
    let calculator = CalculatorClient::connect(address).await?;

    match calculator.add(2, 3).await {
        Ok(sum) => println!("client: add(2, 3) -> {sum}"),
        Err(AddError::Status(status)) => return Err(status),
        Err(error) => println!("client: add(2, 3) -> error: {error}"),
    }

    let numbers = vec![1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
    match calculator.sum(numbers).await {
        Ok(sum) => println!("client: sum(1 to 10) -> {sum}"),
        Err(SumError::Status(status)) => return Err(status),
        Err(error) => println!("client: sum(1 to 10) -> error: {error}"),
    }

    for (dividend, divisor) in [(17, 5), (17, 0), (i64::MIN, -1)] {
        match calculator.divide(dividend, divisor).await {
            Ok(Division {
                quotient,
                remainder,
            }) => {
                println!(
                    "client: divide({dividend}, {divisor}) -> {quotient} remainder {remainder}"
                );
            }
            Err(DivideError::DivisionByZero(error)) => {
                println!("client: divide({dividend}, {divisor}) -> declared error: {error}");
            }
            Err(DivideError::Status(status)) => return Err(status),
            Err(error) => println!("client: divide({dividend}, {divisor}) -> error: {error}"),
        }
    }
    Ok(())
}
