-- wrk -s bodies.lua URL -- FILE THREADS [PAUSE]: sends each line of FILE as a JSON body, in order, each
-- line once (a thread takes every n-th), then from the beginning again. With PAUSE each connection
-- rests that many milliseconds on average before a request, so that the rate is not the server's choice.
local threads = 0

function setup(thread)
  threads = threads + 1
  thread:set("number", threads)
end

function init(arguments)
  lines, next_line = {}, number
  for line in io.lines(arguments[1]) do lines[#lines + 1] = line end
  step = tonumber(arguments[2]) or 1
  local pause = tonumber(arguments[3])
  if pause then
    delay = function() return math.random(0, 2 * pause) end
  end
end

function request()
  local body = lines[(next_line - 1) % #lines + 1]
  next_line = next_line + step
  return wrk.format("POST", nil, {["Content-Type"] = "application/json"}, body)
end
