// Print the titles of a site's torrents, read by way of the generated TypeScript types.
import createClient from "openapi-fetch";

import type { paths } from "./schema.js";

declare const process: { argv: string[] };

const [url, key] = process.argv.slice(2);
const client = createClient<paths>({ baseUrl: url, headers: { Authorization: `Bearer ${key}` } });
const { data, error } = await client.GET("/torrents", { params: { query: { limit: 10 } } });
if (error) {
  throw new Error(`${error.code}: ${error.response}`);
}
for (const torrent of data.response.items) {
  const title: string = torrent.title;
  console.log(title);
}
