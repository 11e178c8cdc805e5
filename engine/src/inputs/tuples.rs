//! Tuples of up to 12 inputs; for more, use a struct with `#[derive(Inputs)]`.

use super::{Inputs, Taker};
use crate::{Reads, Scene};

macro_rules! tuples {
    ($(($($input:ident)*))*) => {$(
        impl<'a, S: Scene, $($input: Inputs<'a, S>,)*> Inputs<'a, S> for ($($input,)*) {
            fn declare(_reads: &mut Reads) {
                $($input::declare(_reads);)*
            }

            fn take(_from: &mut Taker<'a, S>) -> Option<Self> {
                Some(($($input::take(_from)?,)*))
            }
        }
    )*};
}

tuples! {
    ()
    (A)
    (A B)
    (A B C)
    (A B C D)
    (A B C D E)
    (A B C D E F)
    (A B C D E F G)
    (A B C D E F G H)
    (A B C D E F G H I)
    (A B C D E F G H I J)
    (A B C D E F G H I J K)
    (A B C D E F G H I J K L)
}
