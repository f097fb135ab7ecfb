-- Announces for wrk, each of another peer than the one before.
--
-- Arguments: a file with a line for each peer (path and query up to the port, a blank, bytes left);
-- the number of times that the peers have announced before; what is added to each query, or "-";
-- the value of the Connection header; and the number of peers to leave out at first.

local starts, lefts = {}, {}
local laps, tail, number

function init(arguments)
  for line in io.lines(arguments[1]) do
    local start, left = line:match("^(%S+) (%d+)$")
    starts[#starts + 1] = "GET " .. start
    lefts[#lefts + 1] = left
  end
  laps = tonumber(arguments[2])
  local added = arguments[3] == "-" and "" or arguments[3]
  tail = "&corrupt=0&key=9F3A6C21" .. added .. "&numwant=50&compact=1&no_peer_id=1"
    .. "&supportcrypto=1&redundant=0 HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: qBittorrent/5.0.2"
    .. "\r\nAccept-Encoding: gzip\r\nConnection: " .. arguments[4] .. "\r\n\r\n"
  number = tonumber(arguments[5])
end

function request()
  local place = number % #starts + 1
  local moved = (laps + math.floor(number / #starts)) * 65536
  number = number + 1
  local left = lefts[place]
  return starts[place] .. "&uploaded=" .. moved .. "&downloaded="
    .. (left == "0" and "0" or moved) .. "&left=" .. left .. tail
end

function done(summary)
  local errors = summary.errors
  io.write(string.format(
    '{"requests": %d, "seconds": %.6f, "bytes": %d, "failed": %d, "read": %d}\n',
    summary.requests, summary.duration / 1e6, summary.bytes,
    errors.connect + errors.status + errors.timeout + errors.write, errors.read
  ))
end
