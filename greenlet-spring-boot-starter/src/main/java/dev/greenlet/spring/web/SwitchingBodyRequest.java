package dev.greenlet.spring.web;

import dev.greenlet.SwitchPoint;
import dev.greenlet.WaitReason;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.Part;
import java.io.BufferedReader;
import java.io.FilterReader;
import java.io.IOException;
import java.io.Reader;
import java.util.Collection;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request whose body is read at switch points: by its stream or reader, or by the container on
 * the first access to a parameter or a part.
 */
final class SwitchingBodyRequest extends HttpServletRequestWrapper {
  private static final WaitReason BODY = new WaitReason(WaitReason.SOCKET, "body of the request");

  private @Nullable ServletInputStream stream;
  private @Nullable BufferedReader reader;

  SwitchingBodyRequest(HttpServletRequest request) {
    super(request);
  }

  @Override
  public ServletInputStream getInputStream() throws IOException {
    ServletInputStream switching = stream;
    if (switching == null) {
      stream = switching = new SwitchingStream(super.getInputStream());
    }
    return switching;
  }

  @Override
  public BufferedReader getReader() throws IOException {
    BufferedReader switching = reader;
    if (switching == null) {
      reader = switching = new BufferedReader(new SwitchingReader(super.getReader()));
    }
    return switching;
  }

  @Override
  public @Nullable String getParameter(String name) {
    return SwitchPoint.<@Nullable String, RuntimeException>call(
        BODY, () -> super.getParameter(name));
  }

  @Override
  public Map<String, String[]> getParameterMap() {
    return SwitchPoint.call(BODY, super::getParameterMap);
  }

  @Override
  public Enumeration<String> getParameterNames() {
    return Collections.enumeration(getParameterMap().keySet());
  }

  @Override
  public String @Nullable [] getParameterValues(String name) {
    return getParameterMap().get(name);
  }

  @Override
  public Collection<Part> getParts() throws IOException, ServletException {
    return parts();
  }

  @Override
  public @Nullable Part getPart(String name) throws IOException, ServletException {
    parts(); // reads them all
    return super.getPart(name);
  }

  private Collection<Part> parts() throws IOException, ServletException {
    SwitchPoint reading = SwitchPoint.enter(BODY);
    try (reading) {
      return super.getParts();
    }
  }

  /** Reads at switch points. */
  private static final class SwitchingStream extends ServletInputStream {
    private final ServletInputStream target;

    SwitchingStream(ServletInputStream target) {
      this.target = target;
    }

    @Override
    public int read() throws IOException {
      return SwitchPoint.call(BODY, target::read);
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      return SwitchPoint.call(BODY, () -> target.read(into, offset, length));
    }

    @Override
    public int available() throws IOException {
      return target.available();
    }

    @Override
    public boolean isFinished() {
      return target.isFinished();
    }

    @Override
    public boolean isReady() {
      return target.isReady();
    }

    @Override
    public void setReadListener(ReadListener listener) {
      target.setReadListener(listener);
    }

    @Override
    public void close() throws IOException {
      target.close();
    }
  }

  /** Reads at switch points. */
  private static final class SwitchingReader extends FilterReader {
    SwitchingReader(Reader target) {
      super(target);
    }

    @Override
    public int read() throws IOException {
      return SwitchPoint.call(BODY, in::read);
    }

    @Override
    public int read(char[] into, int offset, int length) throws IOException {
      return SwitchPoint.call(BODY, () -> in.read(into, offset, length));
    }
  }
}
