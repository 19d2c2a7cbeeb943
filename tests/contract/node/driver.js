// Drives the official Node SDK: one JSON order per line in, one JSON outcome per line out. Knows no test.
"use strict";

const readline = require("node:readline");
const sdk = require("@alicloud/cams20200606");
const openapi = require("@alicloud/openapi-client");
const tea = require("@alicloud/tea-typescript");

// Whatever the SDK prints must not be taken for an outcome.
console.log = console.error;

async function call(order) {
  const client = new sdk.default(
    new openapi.Config({
      accessKeyId: order.key,
      accessKeySecret: order.secret,
      securityToken: order.token || undefined,
      endpoint: order.endpoint,
      protocol: "http",
    }),
  );
  const model = sdk[`${order.action}Request`];
  const request = order.function
    ? new model({ ...require(order.source)[order.function](order.params), ...order.more })
    : tea.cast(order.params, new model({}));
  const method = order.action[0].toLowerCase() + order.action.slice(1);
  try {
    const response = await client[method](request);
    return { status: response.statusCode, body: tea.toMap(response.body) };
  } catch (error) {
    const data = error.data || {};
    return { error: error.name, status: data.statusCode || 0, code: error.code, message: error.message };
  }
}

async function main() {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const order = JSON.parse(line);
    const outcome =
      order.do === "version" ? { version: require("@alicloud/cams20200606/package.json").version } : await call(order);
    process.stdout.write(JSON.stringify(outcome) + "\n");
  }
}

main();
