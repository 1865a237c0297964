package dev.greenlet.bench.load;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;

/** Reads what {@code wrk --latency} prints. */
final class WrkOutput {
  private static final String NUMBER = "([\\d.]+)";
  private static final String TIME = NUMBER + "(us|ms|s|m|h)";

  private final String text;

  private WrkOutput(String text) {
    this.text = text;
  }

  static Load parse(String text) {
    WrkOutput output = new WrkOutput(text);
    Matcher total = output.find("(\\d+) requests in " + TIME);
    Matcher p50 = output.find("\\s50%\\s+" + TIME);
    Matcher p99 = output.find("\\s99%\\s+" + TIME);
    return new Load(
        Long.parseLong(total.group(1)),
        output.errors(),
        millis(total.group(2), total.group(3)) / 1e3,
        millis(p50.group(1), p50.group(2)),
        millis(p99.group(1), p99.group(2)));
  }

  private Matcher find(String pattern) {
    Matcher found = Pattern.compile(pattern).matcher(text);
    if (!found.find()) {
      throw new IllegalStateException(
          "The output of wrk has no '%s':%n%s".formatted(pattern, text));
    }
    return found;
  }

  private long errors() {
    Matcher sockets =
        Pattern.compile("Socket errors: connect (\\d+), read (\\d+), write (\\d+), timeout (\\d+)")
            .matcher(text);
    Matcher status = Pattern.compile("Non-2xx or 3xx responses: (\\d+)").matcher(text);
    return (sockets.find()
            ? LongStream.rangeClosed(1, 4).map(i -> Long.parseLong(sockets.group((int) i))).sum()
            : 0)
        + (status.find() ? Long.parseLong(status.group(1)) : 0);
  }

  private static double millis(String number, String unit) {
    double value = Double.parseDouble(number);
    return switch (unit) {
      case "us" -> value / 1e3;
      case "ms" -> value;
      case "s" -> value * 1e3;
      case "m" -> value * 60e3;
      case "h" -> value * 3600e3;
      default -> throw new IllegalArgumentException("'%s' is no unit of wrk".formatted(unit));
    };
  }
}
