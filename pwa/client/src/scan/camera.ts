/** The camera: which one, its torch and zoom, and a stream of frames to look at. */

interface LampTrack {
  readonly torch?: boolean;
  readonly zoom?: { readonly min: number; readonly max: number; readonly step?: number };
}

export interface CameraFeatures {
  readonly torch: boolean;
  readonly zoom: { readonly min: number; readonly max: number; readonly step: number } | null;
}

export interface CameraChoice {
  readonly id: string;
  readonly label: string;
}

export type CameraFault = "denied" | "missing" | "busy" | "insecure";

export class CameraError extends Error {
  constructor(readonly fault: CameraFault) {
    super(fault);
  }
}

function faultOf(reason: unknown): CameraFault {
  const name = reason instanceof DOMException ? reason.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "denied";
  return name === "NotFoundError" || name === "OverconstrainedError" ? "missing" : "busy";
}

export class Camera {
  private constructor(
    readonly stream: MediaStream,
    private readonly track: MediaStreamTrack,
  ) {}

  /**
   * @param deviceId the camera chosen last, or "" for the one that looks away from the user
   * @throws CameraError with the reason
   */
  static async open(deviceId: string): Promise<Camera> {
    const media = navigator.mediaDevices as MediaDevices | undefined;
    if (!media) throw new CameraError("insecure");
    const size = { width: { ideal: 1280 }, height: { ideal: 720 } };
    const which: MediaTrackConstraints = deviceId ? { deviceId: { exact: deviceId } } : { facingMode: { ideal: "environment" } };
    try {
      const stream = await media.getUserMedia({ video: { ...which, ...size }, audio: false });
      const track = stream.getVideoTracks()[0];
      if (!track) throw new CameraError("missing");
      return new Camera(stream, track);
    } catch (reason) {
      if (reason instanceof CameraError) throw reason;
      // The remembered camera is gone (another phone, a lens the system hid): any other will do.
      if (deviceId && faultOf(reason) === "missing") return Camera.open("");
      throw new CameraError(faultOf(reason));
    }
  }

  get id(): string {
    return this.track.getSettings().deviceId ?? "";
  }

  get features(): CameraFeatures {
    const can = (this.track.getCapabilities?.() ?? {}) as LampTrack;
    return {
      torch: can.torch === true,
      zoom: can.zoom && can.zoom.max > can.zoom.min ? { min: can.zoom.min, max: can.zoom.max, step: can.zoom.step ?? 0.1 } : null,
    };
  }

  /** Names are known only after the user has allowed the camera. */
  async others(): Promise<readonly CameraChoice[]> {
    const devices = await navigator.mediaDevices.enumerateDevices();
    return devices.filter((device) => device.kind === "videoinput").map((device) => ({ id: device.deviceId, label: device.label }));
  }

  private async apply(constraint: { torch: boolean } | { zoom: number }): Promise<void> {
    // Torch and zoom are not in the standard's type; browsers that lack them were asked through getCapabilities.
    await this.track.applyConstraints({ advanced: [constraint as MediaTrackConstraintSet] });
  }

  torch(on: boolean): Promise<void> {
    return this.apply({ torch: on });
  }

  zoom(factor: number): Promise<void> {
    return this.apply({ zoom: factor });
  }

  stop(): void {
    this.track.stop();
  }
}
