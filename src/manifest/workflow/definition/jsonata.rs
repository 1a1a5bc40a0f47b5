//! JSONata, as far as Step Functions checks it before anything runs: whether an expression can be parsed, and whether
//! what it refers to exists. Step Functions has no input to start from: an expression begins with `$states` or a
//! variable.

use token::{Token, Tokens};

mod token;

/// Expressions deeper than this are not looked at.
const DEPTH: usize = 100;

/// What an expression reads that does not exist, or not everywhere.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Reads {
    /// Names in places where no value can have such a field.
    pub names: Vec<String>,
    /// `$$`, the input of the whole expression.
    pub root: bool,
    /// `$states.errorOutput`, which is only there while an error is caught.
    pub error_output: bool,
}

/// Reads an expression, or says why it is none.
pub fn read(text: &str) -> Result<Reads, String> {
    let mut tokens = Tokens::new(text);
    let token = tokens.next(false)?;
    let mut parser = Parser { tokens, token, depth: 0, reads: Reads::default() };
    parser.expression(0, true)?;
    match parser.token {
        Token::End => Ok(parser.reads),
        token => Err(format!("{} is unexpected here", token.shown())),
    }
}

/// What has been read to the left of an operator.
#[derive(PartialEq, Eq)]
enum Left {
    Name(String),
    Variable(String),
    Grouped,
    Other,
}

/// Pratt's algorithm, by JSONata's own table. `top` is true where no step has chosen a value yet.
struct Parser<'t> {
    tokens: Tokens<'t>,
    token: Token,
    depth: usize,
    reads: Reads,
}

type Parsed<T = ()> = Result<T, String>;

impl Parser<'_> {
    fn expression(&mut self, power: u8, top: bool) -> Parsed<Left> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(format!("expressions are nested more than {DEPTH} levels deep"));
        }
        let token = self.advance(true)?;
        let mut left = self.operand(token, top)?;
        while power < self.token.power() {
            let Token::Operator(operator) = self.advance(false)? else { break };
            left = self.operation(operator, &left, top)?;
        }
        self.depth -= 1;
        Ok(left)
    }

    /// Goes on to the next token; gives the one before it.
    fn advance(&mut self, behind_operand: bool) -> Parsed<Token> {
        let next = self.tokens.next(behind_operand)?;
        Ok(std::mem::replace(&mut self.token, next))
    }

    fn is(&self, operator: &str) -> bool {
        matches!(self.token, Token::Operator(known) if known == operator)
    }

    fn skip(&mut self, operator: &str) -> Parsed<bool> {
        let is = self.is(operator);
        if is {
            self.advance(false)?;
        }
        Ok(is)
    }

    fn close(&mut self, operator: &str, ends_operand: bool) -> Parsed {
        if !self.is(operator) {
            return Err(format!("expected {operator:?}, not {}", self.token.shown()));
        }
        self.advance(ends_operand).map(|_| ())
    }

    fn operand(&mut self, token: Token, top: bool) -> Parsed<Left> {
        match token {
            Token::Literal => Ok(Left::Other),
            Token::Name(name) => Ok(self.name(name, top)),
            Token::Variable(name) => {
                self.reads.root |= name == "$";
                Ok(Left::Variable(name))
            }
            Token::Operator(word @ ("and" | "or" | "in")) => Ok(self.name(word.into(), top)),
            Token::Operator("*" | "**" | "%") => Ok(Left::Other),
            Token::Operator("-") => self.expression(70, top).map(|_| Left::Other),
            Token::Operator("(") => self.block(top),
            Token::Operator("[") => self.array(top),
            Token::Operator("{") => self.object(top),
            Token::Operator("|") => self.transform(),
            Token::End => Err("it ends too early".into()),
            token @ Token::Operator(_) => Err(format!("expected a value, not {}", token.shown())),
        }
    }

    fn name(&mut self, name: String, top: bool) -> Left {
        let is_lambda = matches!(name.as_str(), "function" | "λ") && self.is("(");
        if top && !is_lambda {
            self.reads.names.push(name.clone());
        }
        Left::Name(name)
    }

    fn block(&mut self, top: bool) -> Parsed<Left> {
        while !self.is(")") {
            self.expression(0, top)?;
            if !self.skip(";")? {
                break;
            }
        }
        self.close(")", true)?;
        Ok(Left::Other)
    }

    fn array(&mut self, top: bool) -> Parsed<Left> {
        while !self.is("]") {
            self.expression(0, top)?;
            if self.skip("..")? {
                self.expression(0, top)?;
            }
            if !self.skip(",")? {
                break;
            }
            if self.is("]") {
                return Err("expected a value, not \"]\"".into());
            }
        }
        self.close("]", true)?;
        Ok(Left::Other)
    }

    fn object(&mut self, top: bool) -> Parsed<Left> {
        let mut more = !self.is("}");
        while more {
            self.expression(0, top)?;
            self.close(":", false)?;
            self.expression(0, top)?;
            more = self.skip(",")?;
        }
        self.close("}", true)?;
        Ok(Left::Other)
    }

    /// `|what|update|` or `|what|update, delete|`.
    fn transform(&mut self) -> Parsed<Left> {
        self.expression(0, false)?;
        self.close("|", false)?;
        self.expression(0, false)?;
        if self.skip(",")? {
            self.expression(0, false)?;
        }
        self.close("|", false)?;
        Ok(Left::Other)
    }

    fn operation(&mut self, operator: &'static str, left: &Left, top: bool) -> Parsed<Left> {
        match operator {
            "." => {
                let states = matches!(left, Left::Variable(name) if name == "states");
                self.reads.error_output |= states && self.token == Token::Name("errorOutput".into());
                self.expression(75, false)?;
            }
            "(" => self.call(left, top)?,
            "[" | "{" if *left == Left::Grouped => {
                return Err("nothing can be selected or grouped after a {...}".into());
            }
            "[" if self.is("]") => self.close("]", false)?,
            "[" => {
                self.expression(0, false)?;
                self.close("]", true)?;
            }
            "{" => return self.object(false).map(|_| Left::Grouped),
            "^" => self.order()?,
            ":=" if !matches!(left, Left::Variable(_)) => return Err("only a variable can be before :=".into()),
            ":=" => drop(self.expression(9, top)?),
            "@" | "#" => {
                if !matches!(self.expression(80, top)?, Left::Variable(_)) {
                    return Err(format!("expected a variable after {operator}"));
                }
            }
            "?" => {
                self.expression(0, top)?;
                if self.skip(":")? {
                    self.expression(0, top)?;
                }
            }
            "?:" | "??" => drop(self.expression(0, top)?),
            _ => drop(self.expression(Token::Operator(operator).power(), top)?),
        }
        Ok(Left::Other)
    }

    /// The arguments of a call; for `function` and `λ` also the body of what they make.
    fn call(&mut self, left: &Left, top: bool) -> Parsed {
        let mut variables_only = true;
        let mut more = !self.is(")");
        while more {
            let argument = if self.skip("?")? { Left::Other } else { self.expression(0, top)? };
            variables_only &= matches!(argument, Left::Variable(_));
            more = self.skip(",")?;
        }
        self.close(")", true)?;
        match left {
            Left::Name(name) if name == "function" || name == "λ" => self.body(variables_only),
            _ => Ok(()),
        }
    }

    fn body(&mut self, variables_only: bool) -> Parsed {
        if !variables_only {
            return Err("a function's parameters must be variables".into());
        }
        if self.is("<") {
            while !self.is("{") {
                if self.advance(false)? == Token::End {
                    return Err("a function's signature has no closing >".into());
                }
            }
        }
        self.close("{", false)?;
        self.expression(0, false)?;
        self.close("}", false)
    }

    /// `^(<price, >name)`.
    fn order(&mut self) -> Parsed {
        self.close("(", false)?;
        let mut more = true;
        while more {
            let _ascending = self.skip("<")? || self.skip(">")?;
            self.expression(0, false)?;
            more = self.skip(",")?;
        }
        self.close(")", false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn why(text: &str) -> String {
        read(text).unwrap_err()
    }

    #[test]
    fn expressions_of_all_kinds_are_read() {
        let all = [
            "$states.input.items[price > 10].name",
            "$map($states.input.x, function($v, $i) { $v.a & '-' & $string($i) })",
            "( $a := 1; $b := $a + 1; $a * $b )",
            "$states.input ~> |account|{'a': b}, ['c']|",
            "$states.input.orders^(>price, <name).id",
            "$states.input.order{id: $sum(price)}",
            "$exists($states.input.a) ? 'yes' : 'no'",
            "$match($states.input.s, /a[/]b\\/(c)/i) / 2",
            "[1..5, -1, {'a': [true, null]}] /* why */",
            "$states.input.a.b@$x.c#$i.d[]",
            "λ($x)<n:n>{ $x }(3)",
            "$filter($states.input.a, function($v) { $v in ['x'] and $not($v = \"\\u00e4\") })",
            "$f(?, 1)",
            "$states.input.`a b`.*.%.**",
            "$states.context.Execution.Id",
        ];
        for text in all {
            assert_eq!(read(text), Ok(Reads::default()), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_said_why() {
        let all = [
            ("10 + * 2", "a literal is unexpected"),
            ("420.", "ends too early"),
            ("", "ends too early"),
            ("$sum($states.input.n", "expected \")\", not the end"),
            ("$.a[?(@.b < 10)]", "expected a value, not \"?\""),
            ("a[1,2)", "expected \"]\", not \",\""),
            ("\"open", "a string has no closing quote"),
            ("'it\\'s'", "have no escape \\'"),
            ("{'a':}", "expected a value, not \"}\""),
            ("[1,]", "expected a value"),
            ("$match('a', /abc", "a regular expression has no closing /"),
            ("$match('a', //)", "is empty"),
            ("/* a", "a comment has no closing */"),
            ("`a", "a name has no closing `"),
            ("1 := 2", "only a variable"),
            ("$states.a@b", "expected a variable"),
            ("function(a) { 1 }", "parameters must be variables"),
            ("function($a)<n", "signature has no closing >"),
            ("'\\u12x4'", "four hexadecimal"),
            ("1 ! 2", "is unexpected here"),
            ("$states.input{'n': a}[0]", "after a {...}"),
        ];
        for (text, expected) in all {
            assert!(why(text).contains(expected), "{text}: {}", why(text));
        }
        assert!(why(&"(".repeat(101)).contains("more than 100"));
    }

    #[test]
    fn what_is_not_there_is_found() {
        let reads = |text: &str| read(text).unwrap();
        assert_eq!(reads("phone").names, ["phone"]);
        assert_eq!(reads("$sum(a.b) + [c, {'k': d}][e = 1].f").names, ["a", "c", "d"]);
        assert!(reads("$$.a").root);
        assert!(reads("$states.errorOutput.Error").error_output);
        assert!(!reads("$states.input.errorOutput").error_output);
    }
}
