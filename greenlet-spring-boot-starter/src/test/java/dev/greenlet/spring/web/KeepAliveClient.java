package dev.greenlet.spring.web;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A client with one persistent connection, for tests that depend on the connection of a request.
 */
final class KeepAliveClient implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 60_000;
  private static final int CHUNKED = -1;

  private final Socket socket;
  private final InputStream in;

  /** A response. */
  record Answer(int status, List<String> headers, String body) {}

  KeepAliveClient(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(PATIENCE_MILLIS);
    in = new BufferedInputStream(socket.getInputStream());
  }

  /** Returns the body of the response, whose status must be 200. */
  String get(String path, String... headers) throws IOException {
    Answer answer = ask(path, headers);
    if (answer.status() != 200) {
      throw new IOException(path + " was answered with " + answer);
    }
    return answer.body();
  }

  Answer ask(String path, String... headers) throws IOException {
    send(request(path, headers));
    return receive();
  }

  static String request(String path, String... headers) {
    StringBuilder request = new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n");
    for (String header : headers) {
      request.append(header).append("\r\n");
    }
    return request.append("\r\n").toString();
  }

  void send(String request) throws IOException {
    socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
  }

  Answer receive() throws IOException {
    int status = Integer.parseInt(readLine().split(" ")[1]);
    List<String> headers = new ArrayList<>();
    int length = 0;
    for (String header = readLine(); !header.isEmpty(); header = readLine()) {
      headers.add(header);
      String lower = header.toLowerCase(Locale.ROOT);
      if (lower.startsWith("content-length:")) {
        length = Integer.parseInt(lower.substring(15).trim());
      } else if (lower.equals("transfer-encoding: chunked")) {
        length = CHUNKED;
      }
    }
    return new Answer(status, headers, length == CHUNKED ? readChunks() : read(length));
  }

  private String readChunks() throws IOException {
    StringBuilder body = new StringBuilder();
    for (int size = readSize(); size > 0; size = readSize()) {
      body.append(read(size));
      readLine();
    }
    readLine();
    return body.toString();
  }

  private int readSize() throws IOException {
    return Integer.parseInt(readLine(), 16);
  }

  private String read(int length) throws IOException {
    return new String(in.readNBytes(length), StandardCharsets.UTF_8);
  }

  private String readLine() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new IOException("The server has closed the connection after '" + line + "'");
      }
      if (next != '\r') {
        line.append((char) next);
      }
    }
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
