package dev.greenlet.bench.process;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * A child's end of its conversation with the bench, over standard input and output. What else the
 * child prints goes to its log. The input ends when the bench does, and the child has to end then.
 */
public final class Control {
  private final BufferedReader input =
      new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
  private final PrintStream output;

  private Control(PrintStream output) {
    this.output = output;
  }

  /** Takes standard output for the conversation; to be called first. */
  public static Control take() {
    Control control = new Control(System.out);
    System.setOut(System.err);
    return control;
  }

  /** Sends a line. */
  public void send(String line) {
    output.println(line);
    output.flush();
  }

  /** Sends a first line, and answers each line that comes until the input ends. */
  public void serve(String first, Handler handler) throws Exception {
    send(first);
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      send(handler.handle(line));
    }
  }

  /** Answers a line. */
  @FunctionalInterface
  public interface Handler {
    /** Returns the answer. */
    String handle(String line) throws Exception;
  }
}
