package dev.greenlet.spring.web;

import dev.greenlet.spring.web.RawConnection.Answer;
import dev.greenlet.testing.JavaCommand;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Clients that have received a response, keep their connections and send nothing more. They run in
 * a separate process, whose file descriptors and memory are not those of the server.
 */
final class IdleClients implements AutoCloseable {
  private static final String READY = "ready";

  private final Process process;

  private IdleClients(Process process) {
    this.process = process;
  }

  static IdleClients connect(int port, int count) throws IOException {
    Process process =
        JavaCommand.of(IdleClients.class)
            .withArguments(List.of(String.valueOf(port), String.valueOf(count)))
            .toProcess()
            .redirectErrorStream(false)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    IdleClients clients = new IdleClients(process);
    if (!READY.equals(process.inputReader().readLine())) {
      clients.close();
      throw new IOException("%d clients could not be had, see their error above".formatted(count));
    }
    return clients;
  }

  /** Ends the process by closing its output. */
  @Override
  public void close() throws IOException {
    process.getOutputStream().close();
    process.onExit().join();
  }

  /** The entry point of the process, with the port and the number of clients as arguments. */
  public static void main(String[] arguments) throws IOException {
    int port = Integer.parseInt(arguments[0]);
    int count = Integer.parseInt(arguments[1]);
    List<RawConnection> connections = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      RawConnection connection = RawConnection.to(port);
      connections.add(connection);
      connection.send("GET /quick HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }
    for (RawConnection connection : connections) {
      Answer answer = connection.answer();
      if (!answer.equals(new Answer(200, "quick"))) {
        throw new IOException("Expected 200 and 'quick', got " + answer);
      }
    }
    System.out.println(READY);
    while (System.in.read() >= 0) {
      // send nothing
    }
  }
}
