//! How each of serde's shapes is written.

use serde::ser::{self, Serialize};

use super::{Error, Fields, Items, Result, Writer};

/// Below this, all whole numbers are distinct in 64-bit floats, which is what numbers are in JSON.
pub const EXACT: u64 = 1 << 53;

macro_rules! whole {
    ($($name:ident($type:ty) as $wide:ident($widest:ty);)*) => {
        $(fn $name(self, value: $type) -> Result {
            self.$wide(<$widest>::from(value))
        })*
    };
}

impl<'w> ser::Serializer for &'w mut Writer<'_> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Items<'w>;
    type SerializeTuple = Items<'w>;
    type SerializeTupleStruct = Items<'w>;
    type SerializeTupleVariant = Items<'w>;
    type SerializeMap = Fields<'w>;
    type SerializeStruct = Fields<'w>;
    type SerializeStructVariant = Fields<'w>;

    whole! {
        serialize_i8(i8) as serialize_i64(i64);
        serialize_i16(i16) as serialize_i64(i64);
        serialize_i32(i32) as serialize_i64(i64);
        serialize_u8(u8) as serialize_u64(u64);
        serialize_u16(u16) as serialize_u64(u64);
        serialize_u32(u32) as serialize_u64(u64);
        serialize_f32(f32) as serialize_f64(f64);
    }

    fn serialize_i64(self, value: i64) -> Result {
        match value.unsigned_abs() <= EXACT {
            true => serde_json::to_writer(&mut *self.0, &value),
            false => self.serialize_f64(value as f64),
        }
    }

    fn serialize_u64(self, value: u64) -> Result {
        match value <= EXACT {
            true => serde_json::to_writer(&mut *self.0, &value),
            false => self.serialize_f64(value as f64),
        }
    }

    fn serialize_f64(self, value: f64) -> Result {
        serde_json_canonicalizer::to_writer(&value, self.0)
    }

    fn serialize_bool(self, value: bool) -> Result {
        self.put(if value { "true" } else { "false" })
    }

    fn serialize_char(self, value: char) -> Result {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result {
        serde_json::to_writer(&mut *self.0, value)
    }

    fn serialize_bytes(self, value: &[u8]) -> Result {
        value.serialize(self)
    }

    fn serialize_none(self) -> Result {
        self.put("null")
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result {
        self.put("null")
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result {
        self.put("null")
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result {
        self.variant(variant)?;
        value.serialize(&mut *self)?;
        self.put("}")
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Items<'w>> {
        Ok(self.items("]"))
    }

    fn serialize_tuple(self, _: usize) -> Result<Items<'w>> {
        Ok(self.items("]"))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Items<'w>> {
        Ok(self.items("]"))
    }

    fn serialize_tuple_variant(self, _: &'static str, _: u32, variant: &'static str, _: usize) -> Result<Items<'w>> {
        self.variant(variant)?;
        Ok(self.items("]}"))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Fields<'w>> {
        Ok(self.fields("}"))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Fields<'w>> {
        Ok(self.fields("}"))
    }

    fn serialize_struct_variant(self, _: &'static str, _: u32, variant: &'static str, _: usize) -> Result<Fields<'w>> {
        self.variant(variant)?;
        Ok(self.fields("}}"))
    }
}

macro_rules! items {
    ($($of:ident::$one:ident),*) => {
        $(impl ser::$of for Items<'_> {
            type Ok = ();
            type Error = Error;

            fn $one<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
                self.item(value)
            }

            fn end(self) -> Result {
                self.close()
            }
        })*
    };
}

items!(
    SerializeSeq::serialize_element,
    SerializeTuple::serialize_element,
    SerializeTupleStruct::serialize_field,
    SerializeTupleVariant::serialize_field
);

macro_rules! fields {
    ($($of:ident),*) => {
        $(impl ser::$of for Fields<'_> {
            type Ok = ();
            type Error = Error;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result {
                self.name(key)?;
                self.content(value)
            }

            fn end(self) -> Result {
                self.close()
            }
        })*
    };
}

fields!(SerializeStruct, SerializeStructVariant);

impl ser::SerializeMap for Fields<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result {
        self.name(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
        self.content(value)
    }

    fn end(self) -> Result {
        self.close()
    }
}
