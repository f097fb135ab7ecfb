"""Print the titles of a site's torrents with the generated Python client."""

import sys

from pulsar_client import AuthenticatedClient
from pulsar_client.api.torrents import list_torrents
from pulsar_client.models import TorrentListingAnswer

url, key = sys.argv[1:]
answer = list_torrents.sync(client=AuthenticatedClient(base_url=url, token=key))
assert isinstance(answer, TorrentListingAnswer), answer
for torrent in answer.response.items:
    print(torrent.title)
