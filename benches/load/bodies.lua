-- wrk -s bodies.lua URL -- FILE THREADS [PAUSE]: sends each line of FILE as a JSON body, in order, each
-- line once (a thread takes every n-th), then from the beginning again. With PAUSE each connection
-- rests that many milliseconds on average before a request, so that the rate is not the server's choice.
local threads = 0

function setup(thread)
  threads = threads + 1
  thread:set("number", threads)
end

-- Requests are put together before the first is sent: the driver shares the cores with what it measures.
function init(arguments)
  requests, next_line = {}, number
  local headers = {["Content-Type"] = "application/json"}
  for line in io.lines(arguments[1]) do requests[#requests + 1] = wrk.format("POST", nil, headers, line) end
  step = tonumber(arguments[2]) or 1
  local pause = tonumber(arguments[3])
  if pause then
    delay = function() return math.random(0, 2 * pause) end
  end
end

function request()
  local request = requests[(next_line - 1) % #requests + 1]
  next_line = next_line + step
  return request
end
