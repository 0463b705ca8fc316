//! The curve secp192k1, declared on `primeorder` (protocol/01 §2.2).

use elliptic_curve::{
    Curve, CurveArithmetic, PrimeCurve, PrimeCurveArithmetic,
    bigint::{Odd, U192},
    consts::U24,
    hazmat::FieldArithmetic,
};
use primeorder::{PrimeCurveParams, mul_backend::VariableOnly, point_arithmetic};

/// Marker type of the curve.
#[derive(Copy, Clone, Debug, Default, Eq, PartialEq, PartialOrd, Ord)]
pub struct Secp192k1;

const ORDER: &str = "FFFFFFFFFFFFFFFFFFFFFFFE26F2FC170F69466A74DEFD8D";

impl Curve for Secp192k1 {
    type FieldBytesSize = U24;
    type Uint = U192;
    const ORDER: Odd<U192> = Odd::<U192>::from_be_hex(ORDER);
}

impl PrimeCurve for Secp192k1 {}

impl CurveArithmetic for Secp192k1 {
    type AffinePoint = primeorder::AffinePoint<Self>;
    type ProjectivePoint = primeorder::ProjectivePoint<Self>;
    type Scalar = scalar::Scalar;
}

impl FieldArithmetic for Secp192k1 {
    type FieldElement = field::FieldElement;
}

impl PrimeCurveArithmetic for Secp192k1 {
    type CurveGroup = primeorder::ProjectivePoint<Self>;
}

impl PrimeCurveParams for Secp192k1 {
    type PointArithmetic = point_arithmetic::EquationAIsGeneric;
    type Backend = VariableOnly;
    const EQUATION_A: field::FieldElement = field::FieldElement::ZERO;
    const EQUATION_B: field::FieldElement = field::FieldElement::from_u64(3);
    const GENERATOR: (field::FieldElement, field::FieldElement) = (
        field::FieldElement::from_hex_vartime("DB4FF10EC057E9AE26B07D0280B7F4341DA5D1B1EAE06C7D"),
        field::FieldElement::from_hex_vartime("9B2F2F6D9C5628A7844163D015BE86344082AA88D95E2F9D"),
    );
}

/// Field of the coordinates, modulo p.
mod field {
    // The macros of primefield generate unused items and call functions that crypto-bigint has renamed since.
    #![allow(dead_code, deprecated, missing_docs, unreachable_pub, clippy::pedantic)]

    use elliptic_curve::{
        PrimeField,
        bigint::U192,
        ops::BatchInvert,
        subtle::{Choice, ConstantTimeEq, CtOption},
    };

    primefield::monty_field_params!(
        name: FieldParams,
        modulus: "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFEE37",
        uint: U192,
        byte_order: primefield::ByteOrder::BigEndian,
        multiplicative_generator: 3,
        doc: "The field modulus of secp192k1."
    );

    primefield::monty_field_element!(
        name: FieldElement,
        params: FieldParams,
        uint: U192,
        doc: "A coordinate."
    );

    primefield::monty_field_arithmetic!(name: FieldElement, params: FieldParams, uint: U192);

    impl BatchInvert for FieldElement {}
}

/// Field of the private keys, modulo n.
mod scalar {
    // The macros of primefield generate unused items and call functions that crypto-bigint has renamed since.
    #![allow(dead_code, deprecated, missing_docs, unreachable_pub, clippy::pedantic)]

    use elliptic_curve::{
        PrimeField,
        bigint::U192,
        scalar::{FromUintUnchecked, IsHigh},
        subtle::{Choice, ConstantTimeEq, ConstantTimeGreater, CtOption},
    };

    use super::{ORDER, Secp192k1};

    primefield::monty_field_params!(
        name: ScalarParams,
        modulus: ORDER,
        uint: U192,
        byte_order: primefield::ByteOrder::BigEndian,
        multiplicative_generator: 2,
        doc: "The order of secp192k1."
    );

    primefield::monty_field_element!(
        name: Scalar,
        params: ScalarParams,
        uint: U192,
        doc: "A private key."
    );

    primefield::monty_field_arithmetic!(name: Scalar, params: ScalarParams, uint: U192);
    primefield::monty_field_reduce!(name: Scalar, params: ScalarParams, uint: U192,);
    elliptic_curve::scalar_impls!(Secp192k1, Scalar);

    impl AsRef<Scalar> for Scalar {
        fn as_ref(&self) -> &Scalar {
            self
        }
    }

    impl FromUintUnchecked for Scalar {
        type Uint = U192;

        fn from_uint_unchecked(uint: U192) -> Self {
            Self::from_uint_unchecked(uint)
        }
    }

    impl IsHigh for Scalar {
        fn is_high(&self) -> Choice {
            const HALF: U192 = U192::from_be_hex(ORDER).shr_vartime(1);
            self.to_canonical().ct_gt(&HALF)
        }
    }

    primeorder::wnaf::impl_wnaf_size_for_scalar!(Scalar);
}
