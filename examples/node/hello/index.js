const { greet } = require("greeter");

exports.handler = async (event) => ({ statusCode: 200, body: greet(event.pathParameters?.name ?? "world") });
