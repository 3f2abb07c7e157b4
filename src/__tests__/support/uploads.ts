import type {
  Download,
  DownloadedImage,
  Upload,
  UploadAttempt,
  UploadedImage
} from '../../api/schema';
import { aTask } from './things';

export function anUploadAttempt(
  rest: Partial<UploadAttempt> = {}
): UploadAttempt {
  return {
    temporary_path: '/scratch/.avocados_latest.sif.a.1.part',
    started_at: 1_700_000_000,
    completed_at: null,
    bytes_transferred: 25,
    reason: '',
    is_leftover: false,
    digest: null,
    ...rest
  };
}

export function anUploadedImage(
  rest: Partial<UploadedImage> = {}
): UploadedImage {
  return {
    ...aTask().images[0]!,
    route: 'direct',
    state: 'active',
    problem: '',
    bytes_transferred: 25,
    bytes_per_second: null,
    attempts: [],
    copy_submission_id: null,
    copy_task_id: null,
    proof: null,
    is_committing: false,
    downloads: 0,
    retry_at: null,
    ...rest
  };
}

export function anUpload(rest: Partial<Upload> = {}): Upload {
  return {
    kind: 'upload',
    upload_id: 'up1',
    destination_endpoint_id: 'ep1',
    images: [anUploadedImage()],
    state: 'active',
    reason: '',
    is_stuck: false,
    login: null,
    bytes_transferred: 25,
    bytes_total: 100,
    bytes_per_second: 5,
    requested_at: null,
    completed_at: null,
    arrivals: [],
    host: 'laptop',
    ...rest
  };
}

export function aDownload(
  image: Partial<DownloadedImage> = {},
  rest: Partial<Download> = {}
): Download {
  return {
    kind: 'download',
    download_id: 'down1',
    source_endpoint_id: 'ep1',
    source_endpoint_name: 'Alder',
    folder: '/images/.unfinished',
    images: [
      {
        ...aTask().images[0]!,
        route: 'direct',
        state: 'active',
        problem: '',
        bytes_transferred: 25,
        bytes_per_second: null,
        modified: null,
        failures: 0,
        retry_at: null,
        ...image
      }
    ],
    state: 'active',
    reason: '',
    is_stuck: false,
    login: null,
    bytes_transferred: 25,
    bytes_total: 100,
    bytes_per_second: 5,
    requested_at: null,
    completed_at: null,
    arrivals: [],
    host: 'laptop',
    ...rest
  };
}
